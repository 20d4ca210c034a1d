from dataclasses import dataclass
from typing import Any

STATUSES = {"RECEIVED", "ACCEPTED", "IN_PROGRESS", "COMPLETED", "CANCELLED"}


@dataclass
class Order:
    """Only what the contract promises is required; the rest may be null or missing, and unknown fields are ignored."""

    id: str
    title: str
    status: str
    features: list[str]

    @classmethod
    def parse(cls, body: dict[str, Any]) -> "Order":
        status = body["status"]
        return cls(
            id=body["id"],
            title=body["title"],
            # A new status is not an error: the order is not final yet.
            status=status if status in STATUSES else "UNKNOWN",
            features=body.get("features") or [],
        )
