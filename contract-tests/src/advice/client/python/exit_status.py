import sys
from collections.abc import Callable, Mapping


def main(tasks: Mapping[str, Callable[[], None]]) -> int:
    """Each task reads or writes something, and raises if that could not be done. What fails does not stop the rest."""
    failed = 0
    for name, task in tasks.items():
        try:
            task()
        # At the top level only: whatever happens in a task, the others run, and the exit status shows it.
        except Exception as error:
            print(f"{name} failed: {type(error).__name__}: {error}", file=sys.stderr)
            failed += 1
    if failed:
        print(f"{failed} of {len(tasks)} tasks are not done", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main({}))
