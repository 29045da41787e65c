"""`moldcare user`."""

import secrets
from collections.abc import Sequence
from typing import Any

import click
import msgspec

from services.command_line.asking import database, finish, settings
from services.command_line.choices import LateChoice, departments, roles, some_of
from services.command_line.completing import users
from services.command_line.output import json_option, tell_json, tell_table
from services.command_line.sending import sent, tell_answer
from shared.runtime.settings import Settings
from shared.store.request import Answer

_as = click.option("--as", "actor", required=True, metavar="USER", shell_complete=users, help="操作人 / who acts")
_ROWS = 500


@click.group()
def command() -> None:
    """用户 / users: who may sign in, and in which roles."""


@command.command()
@click.argument("name", metavar="NAME")
@click.option("--role", required=True, metavar="ROLE,…", shell_complete=some_of(roles), help="角色 / roles")
@click.option("--department", type=LateChoice(departments), help="部门 / department, for ENGINEER and DEPT")
@click.option("--customer", metavar="NUMBER", help="客户编号 / number of the company, for CUSTOMER")
@_as
@json_option
def add(name: str, role: str, department: str | None, customer: str | None, actor: str, as_json: bool) -> int:
    """增加一个用户并显示其密码 / add a user and show the password, once."""
    answer, password = finish(_add(settings(), _body(name, role, department, customer), actor))
    if as_json:
        tell_json({**answer.body, "password": password} if answer.is_accepted else answer.body)
        return 0 if answer.is_accepted else 1
    tell_answer(answer)
    if answer.is_accepted:
        click.echo(f"密码 / password  {password}")
    return 0 if answer.is_accepted else 1


def _body(name: str, role: str, department: str | None, customer: str | None) -> dict[str, Any]:
    from shared.store.identifiers import id_of_number

    named = [one.strip().upper() for one in role.split(",") if one.strip()]
    body = {"user_name": name, "roles": named, "dept": department}
    if customer is not None:
        body["customer_id"] = id_of_number(customer)
    return {field: value for field, value in body.items() if value is not None}


async def _add(where: Settings, body: dict[str, Any], actor: str) -> tuple[Answer, str]:
    from services.console.passwords import set_password

    answer = await sent(where, "AddUser", None, msgspec.json.encode(body), user=actor)
    password = secrets.token_urlsafe(12)
    if answer.is_accepted:
        async with database(where) as connection:
            await set_password(connection, body["user_name"], password)
    return answer, password


@command.command("list")
@json_option
def list_users(as_json: bool) -> None:
    """用户清单 / all users, those who may no longer sign in too."""
    found = finish(_list(settings()))
    if as_json:
        tell_json({"items": found})
        return
    rows = [(one.aggregate_id, one.roles, one.dept, one.customer_id, one.is_active) for one in found]
    tell_table(("用户 user", "角色 roles", "部门 department", "客户 customer", "可登录 active"), rows)


async def _list(where: Settings) -> Sequence[Any]:
    from services.command_line.stages import read

    found: list[Any] = []
    async with database(where) as connection:
        page = await read("staff")(connection, limit=_ROWS)
        found += page.items
        while page.next is not None:
            page = await read("staff")(connection, cursor=page.next, limit=_ROWS)
            found += page.items
    return [one for one in found if one.is_user]


@command.command()
@click.argument("name", metavar="NAME", shell_complete=users)
@click.option("--reason", required=True, help="原因 / why")
@_as
@json_option
def disable(name: str, reason: str, actor: str, as_json: bool) -> int:
    """停用一个用户 / a user may no longer sign in or act."""
    answer = finish(sent(settings(), "DisableUser", name, msgspec.json.encode({"reason": reason}), user=actor))
    if as_json:
        tell_json(answer.body)
    else:
        tell_answer(answer)
    return 0 if answer.is_accepted else 1
