from dataclasses import dataclass
from typing import Any

STEPS = ["RECEIVED", "ACCEPTED", "IN_PROGRESS"]


class Conflict(Exception):
    """409 CONFLICT."""


@dataclass
class Order:
    created: float
    duration: float
    results: list[Any]
    cancelled: bool = False

    def status(self, now: float) -> str:
        """Computed from the age, so it never goes back, and no job that hangs can hold it up."""
        if self.cancelled:
            return "CANCELLED"
        # A clock may be set back.
        age = max(0, now - self.created)
        return "COMPLETED" if age >= self.duration else STEPS[int(len(STEPS) * age / self.duration)]

    def results_at(self, now: float) -> list[Any]:
        if (status := self.status(now)) != "COMPLETED":
            raise Conflict(f"the order is {status}; its results are available once it is COMPLETED")
        return self.results


def deliveries(orders: list[Order], now: float) -> list[Any]:
    """The same condition for deliveries as for results."""
    return [result for order in orders if order.status(now) == "COMPLETED" for result in order.results]
