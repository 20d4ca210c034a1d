import json
from dataclasses import asdict, dataclass, field


@dataclass
class Order:
    """The shape of an order in every response, with a default for each field that may be left out of the request."""

    id: str
    title: str
    status: str
    created_at: str
    order_type: str = "ENRICHMENT"
    features: list[str] = field(default_factory=list)
    blacklist_ids: list[str] = field(default_factory=list)


def response(value: Order) -> tuple[dict[str, str], bytes]:
    """The only way to a body: no handler makes a dictionary of its own, so no field is missing or has another name."""
    return {"Content-Type": "application/json"}, json.dumps(asdict(value)).encode()
