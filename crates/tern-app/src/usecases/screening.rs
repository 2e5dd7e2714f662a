//! Sensitive data and words (H-15, H-16): what a text holds, the rules, and stopping a text.

use serde::{Deserialize, Serialize};
use tern_domain::screening::{
    Finding, FindingKind, OwnPattern, Screen, ScreenRules, ShippedPattern, plan_stopped_text,
};
use tern_domain::{ConversationId, Millis, UtcMillis};
use tern_engine::EdgeIds;

use crate::app::App;
use crate::dto::{
    CheckText, FindingKindView, FindingView, OwnPatternView, ScreeningRules, ScreeningView,
    ShippedPatternView, TextCheck,
};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::line::Desk;
use crate::records::{self, Record};
use crate::words;

/// Stopped texts that are remembered for the alert, at most.
const MOST_REMEMBERED: usize = 500;

/// When texts of agents were stopped for their words; nothing else is kept of them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct StoppedTexts {
    at: Vec<UtcMillis>,
}

impl App {
    /// What keeps a text from being sent.
    ///
    /// # Errors
    /// [`ErrorCode::NotReady`] while no file is open.
    #[expect(clippy::unused_async, reason = "every command is called the same way")]
    pub async fn check_text(&self, request: CheckText) -> Result<TextCheck, ApiError> {
        let desk = self.desk()?;
        let findings = desk.screen.current().find_outgoing(&request.body);
        Ok(TextCheck {
            words: stopped(&findings).map_or_else(String::new, |error| error.message),
            findings: findings
                .iter()
                .map(|finding| finding_view(&request.body, finding))
                .collect(),
        })
    }

    /// The rules about sensitive data and words.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] when the file cannot be read.
    pub async fn screening(&self) -> Result<ScreeningView, ApiError> {
        let desk = self.desk()?;
        let rules = find_rules(&desk).await?;
        let stopped: StoppedTexts = records::find(&desk.store, Record::StoppedTexts)
            .await?
            .unwrap_or_default();
        let since = desk.now() - Millis::hours(rules.alert_hours.into());
        let recent = stopped.at.iter().filter(|at| **at >= since).count();
        let stopped_recently = u32::try_from(recent).unwrap_or(u32::MAX);
        Ok(ScreeningView {
            alert: stopped_recently >= rules.alert_after,
            stopped_recently,
            rules: rules_view(rules),
        })
    }

    /// Replaces the rules. Texts that are stored already stay as they are.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] naming the pattern that cannot be used.
    pub async fn update_screening(
        &self,
        request: ScreeningRules,
    ) -> Result<ScreeningView, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let rules = rules_from_view(request);
        let screen = Screen::new(&rules)
            .map_err(|problem| ApiError::new(ErrorCode::InvalidInput, problem.to_string(), ""))?;
        records::put(&desk.store, Record::Screening, rules).await?;
        desk.screen.replace(screen);
        self.emit(Change::Settings);
        self.screening().await
    }

    /// Refuses a text that must not leave, and records that without the text.
    pub(super) async fn refuse_screened(
        &self,
        desk: &Desk,
        id: ConversationId,
        text: &str,
    ) -> Result<(), ApiError> {
        let findings = desk.screen.current().find_outgoing(text);
        let Some(refusal) = stopped(&findings) else {
            return Ok(());
        };
        let (agent, clock) = (desk.agent(), desk.clock());
        let for_words = findings
            .iter()
            .any(|finding| finding.kind == FindingKind::Forbidden);
        let applied = desk
            .store
            .write(move |tx| {
                let key = tx.load_conversation(id)?.key;
                let state = tx.load_conversation_state(&key, None)?;
                let ids = &mut EdgeIds::new(&*clock);
                let now = clock.now();
                let plan = plan_stopped_text(&state, &findings, agent, now, ids);
                if for_words {
                    let name = Record::StoppedTexts.name();
                    let mut stopped: StoppedTexts = tx.find_setting(name)?.unwrap_or_default();
                    let excess = (stopped.at.len() + 1).saturating_sub(MOST_REMEMBERED);
                    stopped.at.drain(..excess);
                    stopped.at.push(now);
                    tx.put_setting(name, &stopped)?;
                }
                tx.apply(&plan)
            })
            .await
            .map_err(|error| words::store(&error))?;
        if !applied.touched.is_empty() {
            self.announce(desk, applied);
        }
        Err(refusal)
    }

    /// The same for the first text to a number. Where there is no conversation yet, none is made to note it
    /// down in (P-16).
    pub(super) async fn refuse_screened_start(
        &self,
        desk: &Desk,
        key: tern_domain::ConversationKey,
        text: &str,
    ) -> Result<(), ApiError> {
        let found = desk
            .store
            .read(move |conn| conn.find_conversation(&key))
            .await
            .map_err(|error| words::store(&error))?;
        match found {
            Some(id) => self.refuse_screened(desk, id, text).await,
            None => stopped(&desk.screen.current().find_outgoing(text)).map_or(Ok(()), Err),
        }
    }
}

/// The rules in force, ready to use; the shipped ones where none were kept.
pub(crate) async fn load_screen(store: &tern_store::Store) -> Result<Screen, ApiError> {
    let rules: Option<ScreenRules> = records::find(store, Record::Screening).await?;
    // Rules that were kept were checked; should they not compile any more, the shipped ones hold.
    Ok(rules
        .and_then(|rules| Screen::new(&rules).ok())
        .unwrap_or_default())
}

async fn find_rules(desk: &Desk) -> Result<ScreenRules, ApiError> {
    Ok(records::find(&desk.store, Record::Screening)
        .await?
        .unwrap_or_default())
}

/// Why a text is not sent, in words; `None` when nothing was found.
fn stopped(findings: &[Finding]) -> Option<ApiError> {
    let names = |kind| -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for finding in findings.iter().filter(|finding| finding.kind == kind) {
            if !names.contains(&finding.name.as_str()) {
                names.push(&finding.name);
            }
        }
        names
    };
    let refusal = |message: String, remedy: &str| {
        Some(ApiError::new(ErrorCode::TextStopped, message, remedy))
    };
    let sensitive = names(FindingKind::Sensitive);
    if !sensitive.is_empty() {
        return refusal(
            format!(
                "Not sent: the text holds sensitive data ({}).",
                sensitive.join(", ")
            ),
            "Take out what is marked; it is not safe in a text message.",
        );
    }
    if !names(FindingKind::Forbidden).is_empty() {
        return refusal(
            "Not sent: the text holds a word that your team does not send.".to_owned(),
            "Change what is marked.",
        );
    }
    match names(FindingKind::Blank).as_slice() {
        [] => None,
        [name] => refusal(
            format!("Fill in “{name}” first."),
            "The place is marked in the text.",
        ),
        many => refusal(
            format!("Fill in {} first.", many.join(", ")),
            "The places are marked in the text.",
        ),
    }
}

fn finding_view(text: &str, finding: &Finding) -> FindingView {
    let units = |end: usize| {
        let before = text.get(..end).unwrap_or_default();
        u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX)
    };
    FindingView {
        start: units(finding.range.start),
        end: units(finding.range.end),
        kind: match finding.kind {
            FindingKind::Blank => FindingKindView::Blank,
            FindingKind::Sensitive => FindingKindView::Sensitive,
            FindingKind::Forbidden => FindingKindView::Forbidden,
        },
        name: finding.name.clone(),
    }
}

/// Stable word of a shipped pattern: the one it is stored under.
fn word(pattern: ShippedPattern) -> String {
    serde_json::to_value(pattern)
        .ok()
        .and_then(|word| word.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn rules_view(rules: ScreenRules) -> ScreeningRules {
    ScreeningRules {
        mask_incoming: rules.mask_incoming,
        stop_outgoing: rules.stop_outgoing,
        shipped: ShippedPattern::ALL
            .into_iter()
            .map(|pattern| ShippedPatternView {
                id: word(pattern),
                label: pattern.label().to_owned(),
                enabled: rules.uses(pattern),
            })
            .collect(),
        own: rules
            .own_patterns
            .into_iter()
            .map(|own| OwnPatternView {
                name: own.name,
                expression: own.expression,
                enabled: own.enabled,
            })
            .collect(),
        forbidden_words: rules.forbidden_words,
        allowed_words: rules.allowed_words,
        alert_after: rules.alert_after,
        alert_hours: rules.alert_hours,
    }
}

fn rules_from_view(view: ScreeningRules) -> ScreenRules {
    let tidy = |words: Vec<String>| -> Vec<String> {
        let words = words.into_iter().map(|word| word.trim().to_owned());
        words.filter(|word| !word.is_empty()).collect()
    };
    ScreenRules {
        mask_incoming: view.mask_incoming,
        stop_outgoing: view.stop_outgoing,
        shipped_patterns: ShippedPattern::ALL
            .into_iter()
            .filter_map(|pattern| {
                let id = word(pattern);
                let choice = view.shipped.iter().find(|shipped| shipped.id == id)?;
                Some((pattern, choice.enabled))
            })
            .collect(),
        own_patterns: view
            .own
            .into_iter()
            .map(|own| OwnPattern {
                name: own.name.trim().to_owned(),
                expression: own.expression,
                enabled: own.enabled,
            })
            .collect(),
        forbidden_words: tidy(view.forbidden_words),
        allowed_words: tidy(view.allowed_words),
        alert_after: view.alert_after,
        alert_hours: view.alert_hours,
    }
}
