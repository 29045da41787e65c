"""Repair or replace: what the counter, the guaranteed life and the price of the repair say. Advice, no rule (B-08)."""

from msgspec import Struct

NEARLY_USED = 0.9
"""The share of the guaranteed life from which a mould is nearly used up."""
TOO_DEAR = 0.7
"""The share of the original price above which a repair is not worth it."""


class RepairOrReplace(Struct, frozen=True):
    """`advice` is REPLACE, REPAIR, or None while too little is known; `missing` names what nobody recorded.

    `life_used` and `cost_share` as shares of 1; `is_estimated`: the counter was not read but estimated.
    """

    advice: str | None
    life_used: float | None
    is_estimated: bool
    repair_cost_fen: int | None
    cost_share: float | None
    missing: list[str]


def repair_or_replace(
    guaranteed_shots: int | None,
    shots: int | None,
    is_estimated: bool | None,
    repair_cost_fen: int | None,
    original_price_fen: int | None = None,
) -> RepairOrReplace:
    """What speaks for a new mould: a life nearly used, or a repair for more than 70 % of the original price (B-08).

    No register holds what a mould was sold for, so that a caller who cannot give it is told that it is missing.
    """
    given = {
        "guaranteed_shots": guaranteed_shots,
        "shots": shots,
        "repair_cost_fen": repair_cost_fen,
        "original_price_fen": original_price_fen,
    }
    life = shots / guaranteed_shots if shots is not None and guaranteed_shots else None
    share = repair_cost_fen / original_price_fen if repair_cost_fen is not None and original_price_fen else None
    return RepairOrReplace(
        _advice(life, share),
        round(life, 3) if life is not None else None,
        bool(is_estimated),
        repair_cost_fen,
        round(share, 3) if share is not None else None,
        [name for name, value in given.items() if value is None],
    )


def _advice(life: float | None, share: float | None) -> str | None:
    if (life is not None and life >= NEARLY_USED) or (share is not None and share > TOO_DEAR):
        return "REPLACE"
    return "REPAIR" if life is not None and share is not None else None
