//! Tracebacks of Python: its own, and those that rich, and with it typer, draws in a box.

use super::{Exception, is_explained};

/// Lines that follow an exception's message in common libraries, and belong to it.
const MORE: [&str; 2] = ["For more information", "For further information"];
/// Lines between chained tracebacks.
pub(super) const CHAINED: [&str; 2] = [
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
];
/// Log levels, which mark an exception that was caught and logged.
const LEVELS: [&str; 4] = ["ERROR", "CRITICAL", "WARNING", "WARN"];
/// What a box is drawn with; the second ones where there is no UTF-8.
const BOX: [char; 8] = ['╭', '╮', '╰', '│', '─', '+', '|', '-'];

/// `Traceback (most recent call last):`, lines of code, and the exception. A log level before it, or output of the program
/// after it, shows that it was caught.
pub(super) fn find<'a>(lines: &[&'a str]) -> Option<Exception<'a>> {
    let last = lines.iter().rposition(|line| is_head(line))?;
    let mut first = last;
    while let Some(before) = first
        .checked_sub(2)
        .filter(|at| CHAINED.contains(&lines[*at]))
    {
        first = lines[..before].iter().rposition(|line| is_head(line))?;
    }
    let before = first.checked_sub(1).map_or("", |at| lines[at]);
    let is_logged = before
        .split(|letter: char| !letter.is_ascii_alphabetic())
        .any(|word| LEVELS.contains(&word));
    // Exceptions in finalizers are ignored.
    if is_logged || before.starts_with("Exception ignored") {
        return None;
    }
    let is_boxed = lines[last].starts_with(BOX);
    let is_code = |line: &&str| {
        line.is_empty() || line.starts_with([' ', '\t']) || is_boxed && line.starts_with(BOX)
    };
    let code = lines[last + 1..].iter().take_while(|line| is_code(line));
    let at = last + 1 + code.count();
    let (line, rest) = match lines.get(at) {
        Some(line) => (*line, &lines[at + 1..]),
        None => (lines[last], &[][..]),
    };
    let wrapped = wrapped_lines(lines[last], line, rest);
    let mut after = rest[wrapped..].iter().filter(|line| !is_code(line));
    let in_part = before.starts_with("Exception in thread") || before.starts_with("future: <Task");
    let message = line.split_once(": ").map_or("", |(_, message)| message);
    Some(Exception {
        line,
        is_last: !in_part && after.all(|line| MORE.iter().any(|more| line.starts_with(more))),
        is_explained: is_explained(&lines[..first], message),
    })
}

/// Whether a traceback begins with a line.
fn is_head(line: &str) -> bool {
    let title = line.trim_start_matches([' ', '+']);
    let title = if line.starts_with(BOX) && !line.ends_with(':') {
        line.trim_matches(|letter| letter == ' ' || BOX.contains(&letter))
    } else {
        title.strip_suffix(':').unwrap_or_default()
    };
    title == "Traceback (most recent call last)"
        || title == "Exception Group Traceback (most recent call last)"
}

/// Number of lines in which the message goes on that begins with `line`: below a box, a long one is wrapped at its width.
fn wrapped_lines(head: &str, line: &str, rest: &[&str]) -> usize {
    if !head.starts_with(BOX) {
        return 0;
    }
    let width = head.chars().count();
    let mut before = line;
    let goes_on = rest.iter().take_while(|next| {
        let word = next.split(' ').next().unwrap_or_default();
        let was_full = before.chars().count() + 1 + word.chars().count() > width;
        before = next;
        was_full
    });
    goes_on.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A traceback in a box, and what follows it.
    fn boxed(corner: [char; 4], text: &str) -> Option<(String, bool)> {
        let [left, right, end, side] = corner;
        let line = if side == '│' { '─' } else { '-' };
        let lines = [
            format!("{left}{line}{line} Traceback (most recent call last) {line}{line}{right}"),
            format!("{side} /a.py:3 in f                           {side}"),
            format!("{side}                                         {side}"),
            format!("{side} ❱ 3 {side}   raise ValueError(\"no: x\")        {side}"),
            format!("{end}{line}{line}{line}{line}{end}"),
        ];
        let text = format!("{}\n{text}", lines.join("\n"));
        let lines: Vec<_> = text.lines().collect();
        find(&lines).map(|exception| (exception.line.to_owned(), exception.is_last))
    }

    #[test]
    fn reads_a_traceback_in_a_box() {
        for corner in [['╭', '╮', '╰', '│'], ['+', '+', '+', '|']] {
            let seen = |text: &str| boxed(corner, text);
            assert_eq!(
                seen("ValueError: no: x"),
                Some(("ValueError: no: x".to_owned(), true))
            );
            assert_eq!(
                seen("ValueError: no\ngiving up"),
                Some(("ValueError: no".to_owned(), false))
            );
            let long = "HTTPError: 500 Server Error: for url:";
            assert_eq!(
                seen(&format!("{long}\nhttp://127.0.0.1/api/v1/orders")),
                Some((long.to_owned(), true))
            );
        }
        assert_eq!(
            find(&["- Traceback (most recent call last) of the job"]),
            None
        );
    }
}
