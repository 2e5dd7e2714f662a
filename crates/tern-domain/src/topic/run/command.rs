//! Commands: keywords with a fixed meaning, handled before any topic (V-30 … V-36).

use super::Machine;
use crate::interaction::CloseReason;
use crate::opt_out::CarrierWord;
use crate::topic::SetupTopic;
use crate::topic::io::{AppCommand, BotEffect, HandoverReason, Said};
use crate::topic::session::Phase;
use crate::topic::settings::{Command, CommandKind};

impl Machine<'_> {
    /// V-36: the command that a whole text is.
    fn find_command(&self, text: &str, applies: fn(&Command) -> bool) -> Option<CommandKind> {
        self.topics.settings().find_command(text, applies)
    }

    pub(super) fn is_greeting(&self, text: &str) -> bool {
        self.find_command(text, |command| command.with_bot) == Some(CommandKind::Hi)
    }

    /// What ends things acts even while a topic waits for another system.
    pub(super) fn is_urgent(&self, text: &str) -> bool {
        matches!(
            self.find_command(text, |command| command.with_bot),
            Some(CommandKind::Restart | CommandKind::Agent | CommandKind::Bye)
        )
    }

    /// Carries out a text that is a command while the virtual agent has the conversation.
    pub(super) fn command(&mut self, text: &str) -> bool {
        let found = self.find_command(text, |command| command.with_bot);
        // S-7: the carrier sends its help for INFO too, and the list belongs beside it.
        let is_help = CarrierWord::find(text) == Some(CarrierWord::Help);
        let Some(kind) = found.or(is_help.then_some(CommandKind::Help)) else {
            return false;
        };
        match kind {
            CommandKind::Hi => self.hello(),
            CommandKind::Restart => self.restart(),
            CommandKind::Agent => {
                if self.session.autopilot {
                    self.end_autopilot(false);
                } else {
                    self.leave_waiting();
                    self.keep_context(HandoverReason::Asked);
                    self.start_setup(SetupTopic::LiveAgentSupport);
                }
            }
            CommandKind::Bye => self.bye(),
            CommandKind::Help => self.start_setup(SetupTopic::Capabilities),
            CommandKind::Logout => {
                self.app_command(AppCommand::Logout);
                self.log_out();
            }
            CommandKind::Notification => self.app_command(AppCommand::Notification),
            CommandKind::Start => self.app_command(AppCommand::Start),
            CommandKind::Stop => self.app_command(AppCommand::Stop),
        }
        true
    }

    fn app_command(&mut self, command: AppCommand) {
        self.effects.push(BotEffect::Command(command));
    }

    /// What was waited for is given up: its answer will be too late. A question whose answer is being looked at
    /// is open again.
    fn leave_waiting(&mut self) {
        if let Some((asking, _)) = self.take_unseen() {
            self.session.phase = Phase::Asking(asking);
        } else if matches!(self.session.phase, Phase::Waiting { .. }) {
            self.abandon_all();
            self.idle();
        }
    }

    /// V-30: starts a conversation; one that runs already puts its question again.
    fn hello(&mut self) {
        match self.session.phase.clone() {
            Phase::Asking(asking) => self.put_again(asking, None),
            _ => self.start_setup(SetupTopic::Greeting),
        }
    }

    /// V-30: ends what runs, also if it is broken, and begins anew.
    fn restart(&mut self) {
        if self.session.autopilot {
            return self.end_autopilot(false);
        }
        self.abandon_all();
        self.idle();
        self.session.topic_done = false;
        self.session.closing = None;
        self.session.handover = None;
        self.start_setup(SetupTopic::Greeting);
    }

    /// V-32, I-19.
    fn bye(&mut self) {
        if self.session.autopilot {
            return self.end(CloseReason::UserEnded);
        }
        self.abandon_all();
        self.idle();
        self.session.closing = Some(CloseReason::UserEnded);
        self.start_setup(SetupTopic::Closing);
    }

    /// R-5, V-36: with a person, or waiting for one, only these act; all else is theirs to read.
    pub(super) fn said_to_person(&mut self, said: &Said) {
        if said.unanswerable {
            return;
        }
        self.session.last_said_at = self.now;
        // START and STOP are the carrier's words too; nothing else of a person's thread is counted here.
        let before = self.effects.len();
        if self.is_unanswered(said) {
            self.effects
                .drain(before..)
                .collect::<Vec<_>>()
                .into_iter()
                .filter(|effect| matches!(effect, BotEffect::Command(_)))
                .for_each(|effect| self.effects.push(effect));
            return;
        }
        match self.find_command(said.text.as_str(), |command| command.with_agent) {
            Some(CommandKind::Bye) => self.bye_to_person(),
            Some(CommandKind::Notification) => self.app_command(AppCommand::Notification),
            Some(CommandKind::Start) => self.app_command(AppCommand::Start),
            Some(CommandKind::Stop) => self.app_command(AppCommand::Stop),
            _ => {}
        }
    }

    /// I-18: who leaves the queue was never served. A person's thread gets no word of the bot (H-7).
    fn bye_to_person(&mut self) {
        if self.session.phase == Phase::Queued {
            self.session.closing = Some(CloseReason::LeftBeforeEngagement);
            self.session.frames.clear();
            self.start_setup(SetupTopic::Closing);
        } else {
            self.end(CloseReason::UserEnded);
        }
    }

    /// The commands with a description, one a line.
    pub(super) fn command_list(&self) -> String {
        let lines: Vec<String> = self
            .topics
            .settings()
            .commands
            .iter()
            .filter(|command| command.with_bot && command.is_on_channel())
            .filter(|command| !command.description.is_empty())
            .filter_map(|command| {
                let word = command.words.first()?;
                Some(format!("{word}: {}", command.description))
            })
            .collect();
        lines.join("\n")
    }
}
