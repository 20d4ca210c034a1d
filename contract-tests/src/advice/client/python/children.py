import subprocess


def list_orders(url: str, key: str) -> str:
    """The command line is visible to every user of the machine: curl reads the header from its standard input."""
    command = ["curl", "--silent", "--show-error", "--fail", "--max-time", "20", "--header", "@-", f"{url}/orders"]
    header = f"Authorization: Bearer {key}\n"
    return subprocess.run(command, input=header, capture_output=True, check=True, text=True).stdout
