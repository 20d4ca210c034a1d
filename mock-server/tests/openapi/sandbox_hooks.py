"""What Schemathesis must not send to the control API of the sandbox."""

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    """Nobody has the time to wait ten seconds for each of many parameters. A `timeout` that is there stays as it is."""
    if case.operation.definition.raw.get("operationId") == "wait_for_requests":
        case.query = {"timeout": "5ms", **(case.query or {})}


@schemathesis.hook
def filter_query(context, query):
    """A list or an object without elements leaves nothing in the URL, so it cannot be refused."""
    return not any(value in ([], {}) for value in (query or {}).values())
