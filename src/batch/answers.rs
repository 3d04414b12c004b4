//! The answers to password prompts, from files or from the person at the terminal.

use std::collections::VecDeque;

use super::source::{Inputs, Source, ask, ask_hidden, can_ask};
use crate::domain::secret::SecretText;
use crate::terminal::failure::Failure;

/// One answer to a password prompt.
pub(super) enum Answer {
    /// Who answers, and with which password; neither is checked yet.
    Given {
        /// The administrator's name as written.
        administrator: String,
        /// The password as written.
        password: SecretText,
    },
    /// The prompt was cancelled, or there are no more answers.
    Cancel,
}

/// Where answers come from.
pub(super) enum Answers {
    /// From files, in their order.
    Files(VecDeque<Answer>),
    /// From the person at the terminal.
    Terminal,
}

impl Answers {
    /// Reads the files, all before anything begins; without any, the terminal will be asked.
    pub(super) fn read(inputs: &mut Inputs, files: &[Source]) -> Result<Self, Failure> {
        if files.is_empty() {
            let words = "There is no terminal to ask on: name --answers FILE.";
            return if can_ask() {
                Ok(Self::Terminal)
            } else {
                Err(Failure::Usage(words.to_owned()))
            };
        }
        let mut answers = VecDeque::new();
        for source in files {
            parse(inputs.text(source)?.expose(), &mut answers)?;
        }
        Ok(Self::Files(answers))
    }

    /// The next answer to the prompt that `title` names.
    pub(super) fn next(&mut self, title: &str) -> Result<Answer, Failure> {
        match self {
            Self::Files(answers) => Ok(answers.pop_front().unwrap_or(Answer::Cancel)),
            Self::Terminal => ask_person(title),
        }
    }
}

fn ask_person(title: &str) -> Result<Answer, Failure> {
    let asked = ask(&format!("{title}\nAdministrator (nothing cancels)"))?;
    let Some(administrator) = asked.filter(|name| !name.is_empty()) else {
        return Ok(Answer::Cancel);
    };
    Ok(match ask_hidden("KM Server password")? {
        Some(password) => Answer::Given {
            administrator,
            password,
        },
        None => Answer::Cancel,
    })
}

fn parse(text: &str, answers: &mut VecDeque<Answer>) -> Result<(), Failure> {
    for (number, line) in (1_usize..).zip(text.lines()) {
        if line.is_empty() {
            continue;
        }
        if line == "cancel" {
            answers.push_back(Answer::Cancel);
            continue;
        }
        let Some((administrator, password)) = line.split_once('\t') else {
            return Err(Failure::Refused(format!(
                "Line {number} of the answers is neither administrator<TAB>password nor the word cancel."
            )));
        };
        answers.push_back(Answer::Given {
            administrator: administrator.to_owned(),
            password: SecretText::new(password.to_owned()),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The answers of a text in short: `ann=secret`, or `cancel`.
    fn check(text: &str, expected: &[&str]) {
        let mut answers = VecDeque::new();
        assert!(parse(text, &mut answers).is_ok(), "{text:?}");
        let read: Vec<String> = answers.iter().map(short).collect();
        assert_eq!(read, expected, "{text:?}");
    }

    fn short(answer: &Answer) -> String {
        match answer {
            Answer::Given {
                administrator,
                password,
            } => format!("{administrator}={}", password.expose()),
            Answer::Cancel => "cancel".to_owned(),
        }
    }

    #[test]
    fn the_first_tab_splits_and_both_line_ends_count() {
        check(
            "ann\tone two\r\nbob\tt\u{e9}\n",
            &["ann=one two", "bob=t\u{e9}"],
        );
        check("ann\ta\tb", &["ann=a\tb"]);
        check("\n\nann\tx\n\n", &["ann=x"]);
    }

    #[test]
    fn the_word_cancel_alone_cancels() {
        check("ann\tx\ncancel\nbob\ty", &["ann=x", "cancel", "bob=y"]);
        check("cancel\tx", &["cancel=x"]);
    }

    #[test]
    fn a_line_without_a_tab_is_named() {
        let mut answers = VecDeque::new();
        let refused = parse("ann\tx\nbob y\n", &mut answers);
        assert!(refused.is_err_and(|failure| failure.reason().contains("Line 2")));
    }

    #[test]
    fn after_the_last_answer_comes_cancel() {
        let mut answers = Answers::Files(VecDeque::new());
        assert!(matches!(answers.next(""), Ok(Answer::Cancel)));
    }
}
