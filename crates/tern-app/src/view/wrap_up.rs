//! Wrap-ups and their settings between their domain types and a window's.

use tern_domain::wrap_up::{
    WrapUpCode, WrapUpConfiguration, WrapUpField, WrapUpProblem, WrapUpRules, WrapUpSweep,
};
use tern_domain::{AgentId, Authority, Interaction, InteractionId, Millis};

use super::message::Beholder;
use crate::dto::{
    WrapUpChoiceView, WrapUpCodeEntry, WrapUpConfigurationEntry, WrapUpFieldView,
    WrapUpProblemView, WrapUpSettings, WrapUpSweepEntry, WrapUpView,
};
use crate::error::ApiError;
use crate::words;

/// Of several wrap-ups of one conversation the one that an agent sees: the oldest of their own, or the oldest.
pub(crate) fn shown(running: &[Interaction], agent: AgentId) -> Option<&Interaction> {
    let is_own = |it: &&Interaction| it.assigned_to == Some(agent);
    running.iter().find(is_own).or(running.first())
}

/// A wrap-up with the notes of the agent at this desk.
pub(crate) fn view(
    interaction: &Interaction,
    latest: Option<InteractionId>,
    notes: String,
    authority: Authority,
    beholder: &Beholder,
) -> Option<WrapUpView> {
    let wrap_up = interaction.wrap_up.as_deref()?;
    let terms = &wrap_up.terms;
    let mine = wrap_up.segment_of(beholder.agent);
    let owner = interaction.assigned_to;
    Some(WrapUpView {
        interaction_id: interaction.id.to_string(),
        agent: owner.map(|agent| beholder.name_of(agent)),
        can_end: owner == Some(beholder.agent) || authority == Authority::Supervisor,
        is_mine: owner == Some(beholder.agent),
        has_part: mine.is_some(),
        started_at: wrap_up.started_at.0,
        time_over_at: (wrap_up.started_at + terms.duration).0,
        enforced: terms.enforced,
        shows_timer: terms.shows_timer,
        codes: terms
            .codes
            .iter()
            .map(|choice| WrapUpChoiceView {
                id: choice.id.to_string(),
                name: choice.name.clone(),
                description: choice.description.clone(),
            })
            .collect(),
        default_code: terms
            .default_code
            .and_then(|code| wrap_up.choice(code))
            .map(|choice| choice.name.clone()),
        code_id: mine
            .and_then(|segment| segment.code)
            .map(|code| code.to_string()),
        notes,
        has_gone_on: latest != Some(interaction.id),
    })
}

/// The settings as a window has them.
pub(crate) fn settings(rules: &WrapUpRules) -> WrapUpSettings {
    let whole =
        |span: Millis, unit: Millis| u32::try_from(span.0 / unit.0.max(1)).unwrap_or(u32::MAX);
    WrapUpSettings {
        configurations: rules
            .configurations
            .iter()
            .map(|it| WrapUpConfigurationEntry {
                id: it.id.to_string(),
                name: it.name.clone(),
                condition: it.condition.clone(),
                order: it.order,
                active: it.active,
                enforced: it.enforced,
                duration_seconds: whole(it.duration, Millis::seconds(1)),
                shows_timer: it.shows_timer,
                code_ids: it.codes.iter().map(ToString::to_string).collect(),
                default_code_id: it.default_code.map(|code| code.to_string()),
            })
            .collect(),
        codes: rules
            .codes
            .iter()
            .map(|code| WrapUpCodeEntry {
                id: code.id.to_string(),
                name: code.name.clone(),
                active: code.active,
                description: code.description.clone(),
            })
            .collect(),
        sweep: WrapUpSweepEntry {
            active: rules.sweep.active,
            older_than_minutes: whole(rules.sweep.older_than, Millis::minutes(1)),
            every_minutes: whole(rules.sweep.every, Millis::minutes(1)),
        },
    }
}

/// Reads the settings of a window.
pub(crate) fn read(settings: WrapUpSettings) -> Result<WrapUpRules, ApiError> {
    let configurations = settings
        .configurations
        .into_iter()
        .map(|it| {
            Ok(WrapUpConfiguration {
                id: words::id(&it.id)?,
                name: it.name.trim().to_owned(),
                condition: it.condition,
                order: it.order,
                active: it.active,
                enforced: it.enforced,
                duration: Millis::seconds(i64::from(it.duration_seconds)),
                shows_timer: it.shows_timer,
                codes: it
                    .code_ids
                    .iter()
                    .map(|id| words::id(id))
                    .collect::<Result<_, _>>()?,
                default_code: it.default_code_id.as_deref().map(words::id).transpose()?,
            })
        })
        .collect::<Result<_, ApiError>>()?;
    let codes = settings
        .codes
        .into_iter()
        .map(|code| {
            Ok(WrapUpCode {
                id: words::id(&code.id)?,
                name: code.name.trim().to_owned(),
                active: code.active,
                description: code.description.trim().to_owned(),
            })
        })
        .collect::<Result<_, ApiError>>()?;
    Ok(WrapUpRules {
        configurations,
        codes,
        sweep: WrapUpSweep {
            active: settings.sweep.active,
            older_than: Millis::minutes(i64::from(settings.sweep.older_than_minutes)),
            every: Millis::minutes(i64::from(settings.sweep.every_minutes)),
        },
        version: 0,
    })
}

/// What is wrong, for the field that it is wrong in.
pub(crate) fn problem(problem: &WrapUpProblem) -> WrapUpProblemView {
    WrapUpProblemView {
        configuration_id: problem.configuration().map(|id| id.to_string()),
        code_id: problem.code().map(|id| id.to_string()),
        field: match problem.field() {
            WrapUpField::Name => WrapUpFieldView::Name,
            WrapUpField::Condition => WrapUpFieldView::Condition,
            WrapUpField::Duration => WrapUpFieldView::Duration,
            WrapUpField::Codes => WrapUpFieldView::Codes,
            WrapUpField::DefaultCode => WrapUpFieldView::DefaultCode,
            WrapUpField::SweepOlderThan => WrapUpFieldView::SweepOlderThan,
            WrapUpField::SweepEvery => WrapUpFieldView::SweepEvery,
        },
        words: words::sentence(&problem.to_string()),
    }
}
