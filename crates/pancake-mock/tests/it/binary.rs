//! The program as it is started from a shell.
use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_pancake-mock");

/// A running program, which ends with the test.
struct Program {
    child: Child,
    described: Value,
}

impl Program {
    fn start(options: &[&str]) -> Self {
        let mut command = Command::new(PROGRAM);
        command.args(["--json", "--no-rate-limit"]).args(options);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let described = serde_json::from_str(&line).unwrap();
        // The reader goes here: whatever is said later has nobody to hear it.
        Self { child, described }
    }

    fn text(&self, key: &str) -> &str {
        self.described[key].as_str().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn refused(options: &[&str]) -> String {
    let Output { status, stderr, .. } = Command::new(PROGRAM).args(options).output().unwrap();
    assert!(!status.success(), "{options:?}");
    String::from_utf8(stderr).unwrap()
}

fn http() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

#[tokio::test]
async fn a_name_or_a_port_is_enough_to_listen_on_loopback() {
    for listen in ["localhost:0", "0"] {
        let program = Program::start(&["--listen", listen]);
        assert!(program.text("base_url").starts_with("http://127.0.0.1:"));
        let state = format!("{}/state", program.text("control_url"));
        assert_eq!(http().get(state).send().await.unwrap().status(), 200);
    }
}

#[test]
fn options_that_mean_nothing_are_refused_with_what_would_be_right() {
    for (options, told) in [
        (&["--listen", "nonsense"], "such as 127.0.0.1:8080"),
        (&["--pages", "0"], "not in 1..=10000"),
        (&["--now", "yesterday"], "between 1970 and 9999"),
        (&["--conversations", "18446744073709551615"], "60000000"),
        (&["--oddities", "nul_tags"], "null_tags"),
    ] {
        let error = refused(options);
        assert!(error.contains(told), "{options:?}: {error}");
    }
}

/// What the program says to a person, on stdout and then on stderr.
#[tokio::test]
async fn start_output_has_clock_names_and_a_curl_line() {
    let mut child = Command::new(PROGRAM)
        .args(["--as-service", "--log", "--rows-a-page", "7"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let said: Vec<_> = lines
        .map(Result::unwrap)
        .take_while(|line| !line.starts_with("Ctrl-C"))
        .collect();
    let all = said.join("\n");
    assert!(
        all.contains("(facebook)") && all.contains("none: nobody has made one yet"),
        "{all}"
    );
    let today = chrono::DateTime::from_timestamp(pancake_mock::system_now(), 0).unwrap();
    let today = today.format("clock       %Y-%m").to_string();
    assert!(all.contains(&today), "{all}");
    let url = said.last().unwrap().split('"').nth(1).unwrap();
    assert_eq!(
        http()
            .get(format!("{url}&colour=red"))
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    let wrong = url.replace("/tags", "/conversations");
    let text = http()
        .get(&wrong)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(
        text.contains("did you mean /api/public_api/v2/pages/1000000000000001/conversations"),
        "{text}"
    );
    let right = wrong.replace("public_api/v1", "public_api/v2");
    let rows = http()
        .get(right)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let rows: Value = serde_json::from_str(&rows).unwrap();
    assert_eq!(rows["conversations"].as_array().unwrap().len(), 7);
    child.kill().unwrap();
    let mut told = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut told).unwrap();
    child.wait().unwrap();
    for line in [
        "request 1: list_tags: there is no query parameter `colour`",
        "request 1: GET /api/public_api/v1/pages/1000000000000001/tags 200 (list_tags)",
        "did you mean /api/public_api/v2/pages/1000000000000001/conversations",
    ] {
        assert!(told.contains(line), "{told}");
    }
    let token = url.split("token=").nth(1).unwrap();
    assert!(!told.contains(token));
}

#[test]
fn help_shows_a_call() {
    let out = Command::new(PROGRAM).arg("--help").output().unwrap();
    assert!(
        String::from_utf8(out.stdout)
            .unwrap()
            .contains("curl \"http://")
    );
}

/// The most memory that a process ever had, in MiB.
#[cfg(target_os = "linux")]
fn peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap();
    let kilobytes = line.split_whitespace().nth(1).unwrap();
    kilobytes.parse::<u64>().unwrap() / 1024
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_million_conversations_and_a_full_journal_stay_below_200_megabytes() {
    let program = Program::start(&["--pages", "200", "--conversations", "1000000"]);
    let http = http();
    let get = async |url: String| {
        let answer = http.get(url).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap()
    };
    let base = program.text("base_url");
    for page in program.described["pages"].as_array().unwrap() {
        let Some(token) = page["page_access_token"].as_str() else {
            continue;
        };
        let id = &page["id"];
        let list = format!(
            "{base}/public_api/v2/pages/{}/conversations",
            id.as_str().unwrap()
        );
        for kind in ["INBOX", "COMMENT"] {
            get(format!("{list}?page_access_token={token}&type={kind}")).await;
        }
    }
    // The journal is as large as it gets; reading it must not cost a multiple of that.
    let journal = get(format!("{}/journal", program.text("control_url"))).await;
    assert!(journal.len() > 20 * 1024 * 1024, "{}", journal.len());
    let peak = peak(program.child.id());
    assert!(peak < 200, "{peak} MiB");
}
