"""What people type: examples of every command, shown by `--help` and on the pages of the guide."""

EXAMPLES: dict[str, tuple[str, ...]] = {
    "up": ("moldcare up", "moldcare up --sample", "moldcare up --data /srv/moldcare --port 8080"),
    "serve": ("moldcare serve intake", "moldcare serve console"),
    "provision": ("moldcare provision", "moldcare provision --check"),
    "user add": (
        "moldcare user add li-na --role SPECIALIST --as admin",
        "moldcare user add wang-lei --role ENGINEER --department TECH --as admin",
    ),
    "user list": ("moldcare user list", "moldcare user list --json"),
    "user disable": ('moldcare user disable li-na --reason "离职 / has left" --as admin',),
    "send": (
        "moldcare send RegisterFeedback --data report.json --as specialist",
        "moldcare send Classify --id z96q-rsy14 --data - --as specialist < classify.json",
    ),
    "file put": ("moldcare file put photo.jpg",),
    "mail list": ("moldcare mail list", "moldcare mail list --status quarantined --json"),
    "mail retry": ("moldcare mail retry",),
    "mail set-aside": ("moldcare mail set-aside 42 --as specialist",),
    "letter list": ("moldcare letter list", "moldcare letter list --folder letters/ --json"),
    "letter preview": ("moldcare letter preview", "moldcare letter preview state --language en"),
    "import": (
        "moldcare import letters/ --format mail",
        "moldcare import customers.xlsx --format customers-xlsx --dry-run",
        "moldcare import moulds.csv --format moulds-csv --source ERP",
    ),
    "case list": (
        "moldcare case list --view overdue",
        "moldcare case list --q 飞边 --sort -urgency --limit 10",
        "moldcare case list --as-of 2026-11-20T08:00:00+08:00",
    ),
    "case show": ("moldcare case show z96q-rsy14", "moldcare case show z96q-rsy14 --as-of 420 --json"),
    "events": (
        "moldcare events --case z96q-rsy14",
        "moldcare events --type Classified,CaseClosed --from 2026-11-01",
        "moldcare events --from 1000 --follow",
    ),
    "calendar show": ("moldcare calendar show > calendar.json",),
    "calendar evaluate": (
        "moldcare calendar evaluate < queries.jsonl",
        "moldcare calendar evaluate --calendar draft.json < queries.jsonl",
    ),
    "calendar import": (
        "moldcare calendar import 2027.json -o draft.json",
        "moldcare calendar import days.csv --calendar draft.json -o next.json",
    ),
    "calendar publish": (
        "moldcare calendar publish draft.json --as supervisor",
        "moldcare calendar publish draft.json --from 2027-01-01 --as supervisor",
    ),
    "metrics": ("moldcare metrics --period 2026-10", "moldcare metrics --period 2026 --by urgency,mould_kind"),
    "sla simulate": (
        "moldcare sla simulate --policy draft.json --from 2025-12-01 --to 2026-12-01",
        "moldcare sla simulate --calendar saturdays.json --from 2026-10-01 --to 2026-11-01 --json",
        "moldcare sla simulate --policy draft.json --from 2026-01-01 --to 2026-07-01 --out publish.json",
    ),
    "rebuild": (
        "moldcare rebuild open_cases",
        "moldcare rebuild --all --swap",
        "moldcare rebuild --all --until 2026-11-01",
        "moldcare rebuild --list-scratch",
    ),
    "heal": ("moldcare heal z96q-rsy14", "moldcare heal z96q-rsy14 --projection open_cases"),
    "outbox list": ("moldcare outbox list", "moldcare outbox list --json"),
    "outbox again": ("moldcare outbox again callback:z96q-rsy14:1:D7",),
    "outbox drop": ('moldcare outbox drop callback:z96q-rsy14:1:D7 --reason "客户已撤单 / withdrawn"',),
    "status": ("moldcare status", "moldcare status --json"),
    "doctor": ("moldcare doctor",),
    "completion": ('eval "$(moldcare completion bash)"', "moldcare completion fish | source"),
}
"""Each command, with its subcommand, and lines for a shell."""
