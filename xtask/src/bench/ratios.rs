//! The ratios that count, and their targets.

/// Two figures and what they should be to each other.
struct Ratio {
    about: &'static str,
    /// The figure above the line, and the one below, by the names that the benches print.
    figures: [&'static str; 2],
    target: Target,
}

enum Target {
    AtLeast(f64),
    AtMost(f64),
}

const RATIOS: &[Ratio] = &[
    Ratio {
        about: "decoding 60 conversations: speed of the generated types, structs by hand = 1",
        figures: ["decode/by_hand", "decode/generated"],
        target: Target::AtLeast(0.9),
    },
    Ratio {
        about: "the same against structs by hand that keep unknown fields with `flatten`",
        figures: ["decode/by_hand_with_flatten", "decode/generated"],
        target: Target::AtLeast(0.9),
    },
    Ratio {
        about: "asking whether an answer is a failure: its part of decoding by hand",
        figures: ["envelope", "decode/by_hand"],
        target: Target::AtMost(0.05),
    },
    Ratio {
        about: "reading all conversations: speed of the pager, a loop by hand = 1",
        figures: ["walk/by_hand", "walk/pager"],
        target: Target::AtLeast(0.95),
    },
    Ratio {
        about: "200 pages at once: calls that went out, calls that the rate allows = 1",
        figures: ["limiter/calls", "limiter/allowed"],
        target: Target::AtLeast(0.98),
    },
    Ratio {
        about: "the same: calls that the server refused with 429",
        figures: ["limiter/refused", "limiter/allowed"],
        target: Target::AtMost(0.0),
    },
    Ratio {
        about: "memory at its largest while 1,000,000 conversations are read, 64 MiB = 1",
        figures: ["memory/walk", "memory/allowed"],
        target: Target::AtMost(1.0),
    },
    Ratio {
        about: "a clean `cargo check` without TLS: time on the processor, reqwest + serde + tokio = 1",
        figures: ["compile/pancake-ext", "compile/bare"],
        target: Target::AtMost(1.2),
    },
    Ratio {
        about: "the same: crates, 92 = 1",
        figures: ["compile/crates", "compile/crates-allowed"],
        target: Target::AtMost(1.0),
    },
];

impl Target {
    fn is_met(&self, ratio: f64) -> bool {
        match self {
            Target::AtLeast(bound) => ratio >= *bound,
            Target::AtMost(bound) => ratio <= *bound,
        }
    }

    fn shown(&self) -> String {
        match self {
            Target::AtLeast(bound) => format!(">= {bound}"),
            Target::AtMost(bound) => format!("<= {bound}"),
        }
    }
}

/// The ratios of what was measured as a table, and whether all their targets are met. `results` has a line `name figure` for
/// each measurement.
pub(super) fn table(results: &str) -> Result<(String, bool), String> {
    let mut lines = vec![format!("{:>7}  {:>7}  {:6}  what", "ratio", "target", "")];
    let mut all_met = true;
    for ratio in RATIOS.iter().filter(|ratio| ratio.was_measured(results)) {
        let [above, below] = ratio.figures;
        let value = figure(results, above)? / figure(results, below)?;
        if !value.is_finite() {
            return Err(format!("the bench `{below}` measured nothing"));
        }
        let met = ratio.target.is_met(value);
        all_met &= met;
        let word = if met { "met" } else { "missed" };
        lines.push(format!(
            "{value:>7.3}  {:>7}  {word:6}  {}",
            ratio.target.shown(),
            ratio.about
        ));
    }
    match lines.len() {
        1 => Err("the benches left no result: are they still in tests/benches?".to_owned()),
        _ => Ok((lines.join("\n"), all_met)),
    }
}

impl Ratio {
    /// Whether the bench of this ratio was among those that ran.
    fn was_measured(&self, results: &str) -> bool {
        let bench = |name: &str| name.split('/').next().unwrap_or_default().to_owned();
        let [above, below] = self.figures.map(bench);
        results
            .lines()
            .any(|line| line.starts_with(&above) || line.starts_with(&below))
    }
}

/// A figure, from the line `name figure` that its bench printed.
fn figure(results: &str, name: &str) -> Result<f64, String> {
    let found = results
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let figure = found.and_then(|figure| figure.trim().parse().ok());
    figure
        .filter(|figure: &f64| figure.is_finite() && *figure >= 0.0)
        .ok_or_else(|| format!("the bench `{name}` left no result: is it still in tests/benches?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "decode/generated 100\ndecode/by_hand 95\ndecode/by_hand_with_flatten 200\nenvelope 1\n";

    #[test]
    fn every_ratio_that_was_measured_stands_beside_its_target_and_no_other() {
        let (table, met) = table(GOOD).unwrap();
        assert!(met && table.contains("  0.950   >= 0.9  met "), "{table}");
        assert_eq!(table.lines().count(), 4, "{table}");
    }

    #[test]
    fn a_target_that_is_missed_is_named() {
        let (table, met) = table(&GOOD.replace("envelope 1", "envelope 50")).unwrap();
        assert!(!met && table.contains("<= 0.05  missed"), "{table}");
    }

    #[test]
    fn a_single_refused_call_misses_its_target() {
        let calls = "limiter/calls 100\nlimiter/allowed 100\nlimiter/refused ";
        assert!(table(&format!("{calls}0\n")).unwrap().1);
        assert!(!table(&format!("{calls}1\n")).unwrap().1);
    }

    #[test]
    fn a_bench_without_a_result_is_a_problem_and_not_a_good_result() {
        for results in ["", "decode/generated x", "decode/generatedly 1"] {
            let problem = table(&format!("decode/by_hand 1\n{results}")).unwrap_err();
            assert!(
                problem.contains("`decode/generated` left no result"),
                "{problem}"
            );
        }
        let problem = table("decode/by_hand 1\ndecode/generated 0").unwrap_err();
        assert!(problem.contains("measured nothing"), "{problem}");
        assert!(table("").is_err());
    }
}
