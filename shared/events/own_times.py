"""Which of an event's own times stands for `at` when the caller gives none, the first one given.

A registry says the same of its command; corrections ask here, because they know events and no commands.
"""

OWN_TIMES: dict[str, tuple[str, ...]] = {
    "FeedbackReceived": ("received_at",),
    "CaseAcknowledged": ("ack_at",),
    "ConsultationHeld": ("held_at",),
    "RemoteSessionLogged": ("ended_at",),
    "QuotationDecided": ("confirmation.at", "signature.signed_at"),
    "SpareShipped": ("shipped_at",),
    "SpareReceived": ("received_at",),
    "VisitConfirmed": ("confirmed_at",),
    "SafetyRulesRead": ("read_at",),
    "TechnicianArrived": ("arrived_at",),
    "PlanAgreed": ("signature.signed_at",),
    "PlanRefused": ("signature.signed_at",),
    "WorkPerformed": ("ended_at",),
    "WorkFinished": ("finished_at",),
    "TrialRunRecorded": ("ended_at",),
    "ServiceVerified": ("signature.signed_at", "confirmation.at"),
    "CustomerEvaluated": ("signature.signed_at", "confirmation.at"),
    "DisciplineRecorded": ("done_at",),
    "TrainingRecorded": ("ended_at",),
    "MouldReceivedAtFactory": ("received_at",),
    "MouldReturned": ("shipped_at",),
    "CallbackDone": ("done_at",),
}
