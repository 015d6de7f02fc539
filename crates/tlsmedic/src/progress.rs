//! What is being done, on stderr, where that is a terminal.

use diagnose::texts::Texts;
use examine::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use report::Text;
use std::time::Duration;

/// How often the sign turns.
const TURN: Duration = Duration::from_millis(120);

/// A line that says what is asked; gone when dropped. Without a terminal on stderr nothing is written.
pub(crate) struct ProgressLine {
    bar: ProgressBar,
    subject: String,
    done: usize,
    running: Vec<String>,
}

impl ProgressLine {
    /// For the examination of `target`.
    pub(crate) fn new(target: &str, texts: &Texts) -> Self {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            bar.set_style(style);
        }
        if !bar.is_hidden() {
            bar.enable_steady_tick(TURN);
        }
        let text = Text::new("ui-progress", [("target", target.to_owned())]);
        Self {
            bar,
            subject: crate::render::printable(&texts.format(&text)),
            done: 0,
            running: Vec::new(),
        }
    }

    /// Takes note of what the examination does.
    pub(crate) fn note(&mut self, progress: &Progress<'_>) {
        match progress {
            Progress::Started(experiment) => self.running.push(experiment.label.clone()),
            Progress::Ended(experiment) => {
                self.done += 1;
                if let Some(place) = self
                    .running
                    .iter()
                    .position(|label| *label == experiment.label)
                {
                    self.running.remove(place);
                }
            }
        }
        let message = format!(
            "{} {} + {}",
            self.subject,
            self.done,
            self.running.join(", ")
        );
        self.bar.set_message(message);
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
