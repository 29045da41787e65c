"""Several hundred customers, each with a few moulds that were built several times."""

from collections.abc import Iterator
from random import Random
from typing import Any

from services.command_line.seeding import Seed
from shared.store.identifiers import id_of_number

COPIES = 4
"""So many moulds of one drawing; they differ by number and order only."""
_CITIES = (
    "宁波",
    "台州",
    "东莞",
    "苏州",
    "青岛",
    "重庆",
    "武汉",
    "合肥",
    "佛山",
    "昆山",
    "余姚",
    "黄岩",
    "嘉兴",
    "中山",
)
_NAMES = (
    "恒泰",
    "海天",
    "科达",
    "华盛",
    "联众",
    "信立",
    "德丰",
    "瑞安",
    "凯越",
    "明辉",
    "金桥",
    "远东",
    "中兴",
    "长虹",
)
_TRADES = ("塑业", "汽车部件", "精密电子", "家电", "压铸", "五金冲压", "医疗器械", "包装")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚"
_PRODUCTS = (
    ("前大灯壳体", "INJECTION", "HT", "2 腔 P20"),
    ("空调面板", "INJECTION", "KT", "1 腔 718H 热流道"),
    ("瓶盖", "INJECTION", "PG", "16 腔 热流道 S136"),
    ("门内饰板 滑块", "INJECTION", "MB", "1+1 腔 斜顶 P20"),
    ("电机端盖", "DIECAST", "DJ", "1 腔 H13"),
    ("变速箱壳体 抽芯", "DIECAST", "BS", "1 腔 8407"),
    ("连接器端子", "STAMPING", "DZ", "级进模 20 工位"),
    ("支架", "STAMPING", "ZJ", "级进模 8 工位"),
)

Product = tuple[dict[str, Any], ...]
"""The copies of one mould."""


def customers(count: int) -> list[dict[str, Any]]:
    """The customers in the form of the seed files; the same for every store."""
    chance = Random("moldcare firm")
    return [_customer(number, chance) for number in range(count)]


def _customer(number: int, chance: Random) -> dict[str, Any]:
    city = _CITIES[number % len(_CITIES)]
    name = f"{city}{_NAMES[number // len(_CITIES) % len(_NAMES)]}{_TRADES[number % len(_TRADES)]}"
    series = f"{number // (len(_CITIES) * len(_NAMES)) + 1}" if number >= len(_CITIES) * len(_NAMES) else ""
    person = chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, chance.choice((1, 2))))
    contact = {"name": person, "title": chance.choice(("设备主管", "模具课长", "生产经理")), "phone": _phone(number)}
    if chance.random() < 0.6:
        contact["email"] = f"mould{number}@kehu.example"
    site = {"site": f"{city}{series or '一'}厂", "address": f"{city}市示例路 {number} 号", "time_zone": "Asia/Shanghai"}
    return {
        "customer_no": f"KH-{20_000 + number}",
        "customer_name": f"{name}{series}有限公司",
        "contacts": [contact],
        "sites": [{**site, "zone": chance.choice("ABC")}],
        "language": "zh",
        "key_account": chance.random() < 0.1,
    }


def _phone(number: int) -> str:
    return f"+86 139 {number:08d}"


def products(customer: dict[str, Any], number: int) -> list[Product]:
    """The moulds of the n-th customer, by drawing."""
    chosen = [_PRODUCTS[(number * 3 + turn) % len(_PRODUCTS)] for turn in range(2 + number % 2)]
    return [
        tuple(_mould(customer, number, place, copy, product) for copy in range(COPIES))
        for place, product in enumerate(chosen)
    ]


def _mould(
    customer: dict[str, Any], number: int, place: int, copy: int, product: tuple[str, str, str, str]
) -> dict[str, Any]:
    name, kind, model, spec = product
    return {
        "mould_no": f"M-{20_000 + number}-{place}{copy}",
        "mould_name": name,
        "kind": kind,
        "model": f"{model}-{number % 90 + 10}",
        "spec": spec,
        "customer_no": customer["customer_no"],
        "order_no": f"SO-{20_000 + number}-{place}{copy}",
        "delivery_date": "2020-06-30",
    }


def seeds(firm: list[dict[str, Any]]) -> Iterator[Seed]:
    """What registers the firm's customers and moulds."""
    for number, customer in enumerate(firm):
        yield Seed("intake", "RegisterCustomer", "customer", id_of_number(customer["customer_no"]), customer)
        for mould in (one for product in products(customer, number) for one in product):
            body = {name: value for name, value in mould.items() if name != "customer_no"}
            body["customer_id"] = id_of_number(customer["customer_no"])
            yield Seed("intake", "RegisterMould", "mould", id_of_number(mould["mould_no"]), body)
