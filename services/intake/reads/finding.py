"""How a search finds cases: by what their lists show to everybody, and by what was said in them, opened."""

SHOWN = """c.aggregate_id = lower(%(exact)s) or coalesce(c.mould_no, m.mould_no) = %(exact)s
    or coalesce(c.order_no, m.order_no) = %(exact)s or c.fault_code = upper(%(exact)s)
    or lower(coalesce(c.customer_name, f.customer_name)) like %(like)s
    or lower(coalesce(c.mould_name, m.mould_name)) like %(like)s"""
"""What a list shows of a case to everybody who may see it: numbers, codes, names of companies and moulds."""
TOLD = """c.aggregate_id in (
    select t.aggregate_id from read.case_text as t
    where t.words @@ %(sought)s::tsquery and t.body like all(%(terms)s::text[])
        and t.sequence <= coalesce(%(as_of)s, t.sequence))"""
"""What was said in a case, opened."""

_NAMED = """
    select c.aggregate_id from read.open_cases as c where c.{column} in (
        with recursive each as (
            (select {column} as name from read.open_cases where {column} is not null order by {column} limit 1)
            union all
            select (select {column} from read.open_cases where {column} > each.name order by {column} limit 1)
            from each where each.name is not null)
        select name from each where lower(name) like %(like)s)"""
"""Each name is looked at once, however many cases bear it."""
_OWN = """
    select aggregate_id from read.open_cases where aggregate_id = lower(%(exact)s)
    union select aggregate_id from read.open_cases where mould_no = %(exact)s
    union select aggregate_id from read.open_cases where order_no = %(exact)s
    union select aggregate_id from read.open_cases where fault_code = upper(%(exact)s)"""
_REGISTERED = """
    select c.aggregate_id from read.open_cases as c join read.moulds as m on m.aggregate_id = c.mould_id
    where (m.mould_no = %(exact)s or m.order_no = %(exact)s or lower(m.mould_name) like %(like)s)
        and (c.mould_no is null and m.mould_no = %(exact)s or c.order_no is null and m.order_no = %(exact)s
            or c.mould_name is null and lower(m.mould_name) like %(like)s)
    union select c.aggregate_id from read.open_cases as c join read.customers as f on f.aggregate_id = c.customer_id
    where c.customer_name is null and lower(f.customer_name) like %(like)s"""
"""What a case does not say itself, the registers of moulds and customers say of it."""
_SAID = """
    select t.aggregate_id from read.case_text as t
    where t.words @@ %(sought)s::tsquery and t.body like all(%(terms)s::text[])"""


def found_by(*, reads_texts: bool) -> str:
    """The ids of all cases that a search finds now: the same cases as SHOWN and TOLD, each way by its own index."""
    ways = [_OWN, _NAMED.format(column="customer_name"), _NAMED.format(column="mould_name"), _REGISTERED]
    return " union ".join([*ways, _SAID] if reads_texts else ways)
