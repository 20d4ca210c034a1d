import uuid
from datetime import datetime
from typing import Any


def create(orders: dict[str, dict[str, Any]], body: dict[str, Any], now: datetime) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Each POST is an order of its own, also if its body is that of another one. It is stored before the response begins."""
    order = {
        "id": str(uuid.uuid4()),
        "status": "RECEIVED",
        "title": body["title"],
        "order_type": body.get("order_type", "ENRICHMENT"),
        "features": body["features"],
        "company_count": len(body.get("companies", [])),
        "created_at": now.isoformat(),
    }
    orders[order["id"]] = order
    return 201, {"Location": f"/api/v1/orders/{order['id']}"}, order
