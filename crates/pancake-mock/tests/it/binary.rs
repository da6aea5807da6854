//! The program as it is started from a shell.
use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, Output, Stdio},
};

use pancake_mock::system_now;
use serde_json::Value;

use crate::caller::http;

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

async fn get(url: &str) -> String {
    let answer = http().get(url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

#[tokio::test]
async fn name_or_port_is_enough_to_listen() {
    for listen in ["localhost:0", "0"] {
        let program = Program::start(&["--listen", listen]);
        assert!(program.text("base_url").starts_with("http://127.0.0.1:"));
        get(&format!("{}/state", program.text("control_url"))).await;
    }
}

#[test]
fn meaningless_options_are_refused_with_what_is_right() {
    for (options, told) in [
        (["--listen", "nonsense"], "such as 127.0.0.1:8080"),
        (["--pages", "0"], "not in 1..=10000"),
        (["--now", "yesterday"], "between 1970 and 9999"),
        (["--conversations", "18446744073709551615"], "60000000"),
        (["--oddities", "nul_tags"], "null_tags"),
    ] {
        let output = Command::new(PROGRAM).args(options).output();
        let Output { status, stderr, .. } = output.unwrap();
        let error = String::from_utf8(stderr).unwrap();
        assert!(
            !status.success() && error.contains(told),
            "{options:?}: {error}"
        );
    }
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

#[tokio::test]
async fn program_tells_how_to_begin_and_what_failed() {
    let mut command = Command::new(PROGRAM);
    command.args(["--as-service", "--log", "--rows-a-page", "7"]);
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let lines = lines.map(Result::unwrap);
    let said: Vec<_> = lines
        .take_while(|line| !line.starts_with("Ctrl-C"))
        .collect();
    let all = said.join("\n");
    let today = chrono::DateTime::from_timestamp(system_now(), 0).unwrap();
    let today = today.format("clock       %Y-%m").to_string();
    for part in ["(facebook)", "none yet", today.as_str()] {
        assert!(all.contains(part), "{all}");
    }
    let url = said.last().unwrap().split('"').nth(1).unwrap();
    get(&format!("{url}&colour=red")).await;
    let wrong = url.replace("/tags", "/conversations");
    let meant = "did you mean /api/public_api/v2/pages/1000000000000001/conversations";
    assert!(get(&wrong).await.contains(meant));
    let rows: Value =
        serde_json::from_str(&get(&wrong.replace("public_api/v1", "public_api/v2")).await).unwrap();
    assert_eq!(rows["conversations"].as_array().unwrap().len(), 7);
    child.kill().unwrap();
    let mut told = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut told)
        .unwrap();
    child.wait().unwrap();
    for line in [
        "request 1: list_tags: there is no query parameter `colour`",
        "request 1: GET /api/public_api/v1/pages/1000000000000001/tags 200 (list_tags)",
        meant,
    ] {
        assert!(told.contains(line), "{told}");
    }
    assert!(!told.contains(url.split("token=").nth(1).unwrap()));
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
async fn million_conversations_stay_below_200_megabytes() {
    let program = Program::start(&["--pages", "200", "--conversations", "1000000"]);
    let base = program.text("base_url");
    for page in program.described["pages"].as_array().unwrap() {
        let Some(token) = page["page_access_token"].as_str() else {
            continue;
        };
        let id = page["id"].as_str().unwrap();
        let list =
            format!("{base}/public_api/v2/pages/{id}/conversations?page_access_token={token}");
        for kind in ["INBOX", "COMMENT"] {
            get(&format!("{list}&type={kind}")).await;
        }
    }
    // The journal is as large as it gets; reading it must not cost a multiple of that.
    let journal = get(&format!("{}/journal", program.text("control_url"))).await;
    assert!(journal.len() > 20 * 1024 * 1024, "{}", journal.len());
    let peak = peak(program.child.id());
    assert!(peak < 200, "{peak} MiB");
}
