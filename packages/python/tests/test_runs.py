"""Whole test runs: what they print, how many servers they start, and what they leave behind."""

import os
import re
import select
import signal
import socket
import subprocess
import sys
import sysconfig
import textwrap
import time
import urllib.parse
from pathlib import Path

import httpx
import pytest
from openprospect_mock import BinaryNotFound, MockServer, _binary

HERE = Path(__file__).parent
#: Seconds that a run may take to begin, and a server to end.
PATIENCE = 15


@pytest.fixture(autouse=True)
def with_client(pytester):
    pytester.makepyfile(client=(HERE / "client.py").read_text())


def test_examples_of_the_readme_pass(pytester):
    readme = (HERE.parent / "README.md").read_text()
    examples = [code for code in re.findall(r"```python\n(.*?)```", readme, re.DOTALL) if "def test_" in code]
    pytester.makepyfile("\n".join(examples))
    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=4)


def test_failed_test_shows_its_requests(pytester):
    pytester.makepyfile(
        """
        from client import send

        def test_creates_an_order(openprospect):
            assert send("POST", "/orders", {})[0] == 201

        def test_sends_nothing(openprospect):
            assert False
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "*- OpenProspect requests -*",
            "POST /api/v1/orders -> 422 VALIDATION_ERROR",
            "    *",
            "*- OpenProspect requests -*",
            "none; does the client use `openprospect.api_url`?",
        ]
    )
    assert "lnc_test_" not in result.stdout.str().replace("lnc_test_'", "")


def test_failed_test_shows_requests_without_a_valid_key(pytester, monkeypatch):
    pytester.makepyfile(
        """
        from client import send

        def test_has_a_wrong_key(openprospect, monkeypatch):
            monkeypatch.setenv("OPENPROSPECT_API_KEY", "wrong")
            assert send("GET", "/orders")[0] == 200

        def test_sends_nothing(openprospect):
            assert False
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "none with the key of this test; does the client use `openprospect.api_key`?",
            "Without a valid key, in this test or in others at the same time:",
            "GET /api/v1/orders -> 401 AUTHENTICATION_ERROR",
            "    a key starts with *",
            "*- OpenProspect requests -*",
            "none; does the client use `openprospect.api_url`?",
        ]
    )


def test_fixture_that_fails_shows_its_requests(pytester):
    pytester.makepyfile(
        """
        import pytest
        from client import send

        @pytest.fixture
        def order(openprospect):
            assert send("POST", "/orders", {})[0] == 201

        def test_never_runs(order):
            pass
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*- OpenProspect requests -*", "POST /api/v1/orders -> 422 VALIDATION_ERROR"])


def test_teardown_that_fails_shows_its_requests(pytester):
    pytester.makepyfile(
        """
        import pytest
        from client import send

        @pytest.fixture
        def order(openprospect):
            yield
            assert send("POST", "/orders", {})[0] == 201

        def test_passes(order):
            pass
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*- OpenProspect requests -*", "POST /api/v1/orders -> 422 VALIDATION_ERROR"])


def test_all_workers_share_one_server(pytester):
    pytester.makepyfile(
        """
        import pytest
        from client import send

        @pytest.mark.parametrize("number", range(8))
        def test_has_an_organization_of_its_own(openprospect, openprospect_journal, number):
            for _ in range(3):
                send("GET", "/orders")
            openprospect_journal.assert_sent("list_orders", exactly=3)
            with open("urls", "a") as urls:
                urls.write(openprospect.api_url + "\\n")
        """
    )
    pytester.runpytest_subprocess("-n", "2").assert_outcomes(passed=8)
    urls = (pytester.path / "urls").read_text().split()
    assert len(urls) == 8 and len(set(urls)) == 1


def test_sandbox_is_exempt_from_proxies(pytester, monkeypatch):
    pytester.makepyfile(
        """
        import os
        import httpx

        def test_reaches_the_sandbox(openprospect):
            assert httpx.get(openprospect.api_url + "/orders", headers=openprospect.headers).status_code == 200
            assert os.environ["NO_PROXY"] == os.environ["no_proxy"] == "intranet.example,127.0.0.1,localhost"
        """
    )
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("no_proxy", "intranet.example")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "options, error",
    [
        ('"rate-limit-storm"', "*takes options by name, such as scenario='rate-limit-storm'"),
        ('scenaro="outage"', "*has no option scenaro; did you mean scenario? It takes scenario, preset, tier, clock"),
    ],
    ids=["without a name", "with an unknown name"],
)
def test_options_of_the_marker_that_are_wrong_are_named(pytester, options, error):
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.openprospect({options})
        def test_never_runs():
            pass
        """
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([error])


def test_run_without_the_fixtures_starts_no_server(pytester, monkeypatch):
    pytester.makepyfile("def test_nothing(): pass")
    monkeypatch.setenv("OPENPROSPECT_MOCK_SERVER", "/no/such/program")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
    pytester.runpytest_subprocess("-n", "1").assert_outcomes(passed=1)


@pytest.mark.parametrize("options", [[], ["-n", "1"]], ids=["alone", "with xdist"])
def test_killed_run_leaves_no_server_behind(pytester, options):
    run, address = hanging_run(pytester, options)
    run.kill()
    run.communicate()
    assert ends(address.hostname, address.port)


def test_interrupted_run_ends_as_interrupted(pytester):
    run, address = hanging_run(pytester)
    # Ctrl-C reaches all processes of the terminal.
    os.killpg(run.pid, signal.SIGINT)
    try:
        output = run.communicate(timeout=PATIENCE)[0].decode()
    finally:
        run.kill()
    assert run.returncode == pytest.ExitCode.INTERRUPTED, output
    assert "URLError" not in output
    assert ends(address.hostname, address.port)


def test_ctrl_c_does_not_reach_the_server():
    script = textwrap.dedent(
        """
        import os, signal
        from openprospect_mock import MockServer

        signal.signal(signal.SIGINT, lambda *_: None)
        with MockServer() as server, server.organization() as organization:
            # All processes of the group, as a terminal does.
            os.killpg(0, signal.SIGINT)
            for _ in range(50):
                organization.journal.requests()
        """
    )
    subprocess.run([sys.executable, "-c", script], start_new_session=True, check=True)


def test_server_that_has_stopped_does_not_fail_a_test(pytester):
    pytester.makepyfile(
        """
        import openprospect_mock

        def test_outlives_its_server():
            with openprospect_mock.MockServer() as server, server.organization():
                server.close()
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def hanging_run(pytester, options=()):
    """A run whose test hangs, in a process group of its own, and the address of its server."""
    pytester.makepyfile(
        """
        import pathlib, signal

        def test_hangs(openprospect):
            pathlib.Path("url").write_text(openprospect.api_url)
            signal.pause()
        """
    )
    os.mkfifo(pytester.path / "url")
    url = os.open(pytester.path / "url", os.O_RDONLY | os.O_NONBLOCK)
    command = [sys.executable, "-m", "pytest", *options]
    run = subprocess.Popen(
        command, cwd=pytester.path, stdout=subprocess.PIPE, start_new_session=True, preexec_fn=heed_interrupts
    )
    try:
        assert select.select([url], [], [], PATIENCE)[0], "the test has not begun"
        return run, urllib.parse.urlsplit(os.read(url, 1000).decode())
    except BaseException:
        run.kill()
        raise
    finally:
        os.close(url)


def heed_interrupts():
    """Undoes what the program did that started these tests: in the background of a shell, SIGINT is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def ends(host, port):
    """Whether nothing listens at an address within some seconds."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with socket.create_connection((host, port)) as connection:
                # The server closes the connection when it ends, or because it sends no request.
                connection.settimeout(PATIENCE)
                connection.recv(1)
        except ConnectionRefusedError:
            return True
        except OSError:
            pass
    return False


def test_unittest_needs_no_plugin(pytester):
    pytester.makepyfile(
        test_orders="""
        import os, unittest
        from unittest import mock
        import openprospect_mock
        from client import send

        class Orders(unittest.TestCase):
            def setUp(self):
                self.api = openprospect_mock.organization(tier="free")
                self.addCleanup(self.api.close)

            def test_lists_orders(self):
                with mock.patch.dict(os.environ, self.api.env):
                    self.assertEqual(send("GET", "/orders")[0], 200)
                self.api.journal.assert_sent("list_orders", exactly=1)
        """
    )
    ended = pytester.run(sys.executable, "-m", "unittest", "-v", "test_orders")
    assert ended.ret == 0, ended.stderr.str()


@pytest.mark.parametrize("options", [[], ["-n", "1"]], ids=["alone", "with xdist"])
def test_run_may_use_tls_and_a_control_token(pytester, monkeypatch, options):
    pytester.makepyfile(
        """
        import httpx

        def test_reaches_the_sandbox(openprospect, openprospect_journal):
            assert openprospect.api_url.startswith("https:")
            assert httpx.get(openprospect.api_url + "/orders", headers=openprospect.headers).status_code == 200
            openprospect_journal.assert_sent("list_orders", exactly=1)
        """
    )
    monkeypatch.setenv("MOCK_SERVER_TLS", "1")
    monkeypatch.setenv("MOCK_SERVER_CONTROL_TOKEN", "of this run")
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=1)


def test_server_with_tls_and_a_control_token_has_organizations(tmp_path):
    with MockServer(tls=True, control_token="of this test") as server, server.organization() as organization:
        assert organization.api_url.startswith("https:")
        assert organization.env["SSL_CERT_FILE"] == organization.ca_file == server.ca_file
        assert b"of this test" not in Path(f"/proc/{server.pid}/cmdline").read_bytes()
    token = tmp_path / "token"
    token.write_text("of a file\n")
    with MockServer(control_token_file=token) as server, server.organization():
        pass


@pytest.mark.parametrize("options", [[], ["-n", "1"]], ids=["alone", "with xdist"])
def test_without_tls_the_certificates_of_the_environment_are_for_others(pytester, monkeypatch, options):
    pytester.makepyfile(
        """
        import os

        def test_names_no_certificates(openprospect):
            assert openprospect.ca_file is None
            assert os.environ["SSL_CERT_FILE"] == "/no/such/file"
            assert "REQUESTS_CA_BUNDLE" not in os.environ
        """
    )
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with MockServer() as server:
        monkeypatch.setenv("OPENPROSPECT_API_URL", server.api_url)
        monkeypatch.setenv("OPENPROSPECT_CONTROL_URL", server.control_url)
        monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file")
        pytester.runpytest_subprocess(*options).assert_outcomes(passed=1)


@pytest.mark.parametrize("name", ["control_token", "control-token"])
def test_control_token_is_in_no_argument_however_it_is_spelled(name):
    with MockServer(**{name: "of this test"}) as server, server.organization():
        assert b"of this test" not in Path(f"/proc/{server.pid}/cmdline").read_bytes()


def test_port_that_is_not_set_is_free():
    with MockServer(port=None) as one, MockServer(port=None) as other:
        ports = {urllib.parse.urlsplit(server.api_url).port for server in (one, other)}
    assert len(ports) == 2 and 8000 not in ports


def test_list_is_an_option_that_is_repeated(pytester):
    with MockServer(cors=["http://a.example", "http://b.example"], scenario=None) as server:
        headers = {"Origin": "http://b.example"}
        response = httpx.get(f"{server.api_url}/orders", headers=headers, trust_env=False)
        assert response.headers["access-control-allow-origin"] == "http://b.example"


def test_server_without_the_control_api_has_no_organizations():
    with MockServer(no_control=True) as server, pytest.raises(RuntimeError, match="control API of this server is disabled"):
        server.organization()


def test_server_that_does_not_start_says_why(pytester):
    script = "import openprospect_mock; openprospect_mock.MockServer(clock='slow')"
    ended = pytester.run(sys.executable, "-c", script)
    ended.stderr.fnmatch_lines(["RuntimeError: mock-server did not start: *`slow`* is not real, frozen*"])


def test_judge_has_the_exit_code_of_the_program(pytester, monkeypatch):
    program = pytester.path / "judge"
    program.write_text("#!/bin/sh\necho judged \"$@\"; exit 7\n")
    program.chmod(0o755)
    monkeypatch.setenv("OPENPROSPECT_CONTRACT_TESTS", str(program))
    ended = pytester.run(sys.executable, "-m", "openprospect_mock.judge", "client", "--", "true")
    assert (ended.ret, ended.outlines) == (7, ["judged client -- true"])


@pytest.mark.parametrize(
    "command, program",
    [
        ("mock-server", "mock-server"),
        ("contract-tests", "contract-tests"),
        ("-m openprospect_mock", "mock-server"),
        ("-m openprospect_mock.judge", "contract-tests"),
    ],
)
def test_one_executable_is_both_programs(pytester, command, program):
    scripts = Path(sysconfig.get_path("scripts"))
    command = [sys.executable, *command.split()] if command.startswith("-m") else [scripts / command]
    assert pytester.run(*command, "--version").outlines[0].split()[0] == program


def test_variable_may_be_a_name_on_the_path(pytester, monkeypatch):
    script = pytester.path / "script"
    script.mkdir()
    (script / "own-server").write_text("#!/bin/sh\nfrom openprospect_mock.__main__ import main\n")
    (script / "own-server").chmod(0o755)
    programs = pytester.path / "programs"
    programs.mkdir()
    program = programs / "own-server"
    program.write_text("#!/bin/sh\necho started\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script}{os.pathsep}{programs}", prepend=os.pathsep)
    monkeypatch.setenv("OPENPROSPECT_MOCK_SERVER", "own-server")
    assert pytester.run(sys.executable, "-m", "openprospect_mock").outlines == ["started"]


def test_judge_judges_a_client(pytester):
    judge = [sys.executable, "-m", "openprospect_mock.judge"]
    client = [*judge, "client", "--scenario", "rate-limit-storm", "--", *judge, "reference-client"]
    ended = pytester.run(*client)
    assert ended.ret == 0, ended.stdout.str()


def test_scripts_of_this_package_are_not_taken_for_the_program(monkeypatch, tmp_path):
    # As pip and npm install them, and then a program.
    scripts = ["from openprospect_mock.__main__ import main", "// mock-server of openprospect-mock.", "echo started"]
    for number, text in enumerate(scripts):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "mock-server").write_text(f"#!/bin/sh\n{text}\n")
        (folder / "mock-server").chmod(0o755)
    monkeypatch.delenv("OPENPROSPECT_MOCK_SERVER", raising=False)
    monkeypatch.setattr(_binary, "__file__", str(tmp_path / "_binary.py"))
    monkeypatch.setenv("PATH", os.pathsep.join(str(tmp_path / str(number)) for number in range(3)))
    assert _binary.find("mock-server") == str(tmp_path / "2" / "mock-server")
    monkeypatch.setenv("PATH", str(tmp_path / "0"))
    with pytest.raises(BinaryNotFound, match="mock-server is not installed"):
        _binary.find("mock-server")
