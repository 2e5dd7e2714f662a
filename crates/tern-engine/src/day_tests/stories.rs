//! Short days that once broke a promise.

use tern_domain::InteractionAct;

use super::day::Day;
use super::setting::agent;
use super::steps::{Age, HandTo, Step};

fn tell(steps: impl IntoIterator<Item = Step>) -> Day {
    let mut day = Day::begin();
    for step in steps {
        day.take(step);
    }
    day
}

const fn text(number: u8) -> Step {
    Step::Text {
        number,
        from: 0,
        words: "hello",
        age: Age::Fresh,
    }
}

const FINISH: Step = Step::Act {
    who: 0,
    on: 0,
    act: InteractionAct::Finish,
};

#[test]
fn i_13_a_clock_that_is_set_back_does_not_change_which_interaction_is_the_latest() {
    let day = tell([
        text(1),
        FINISH,
        Step::ClockBack { seconds: 600 },
        text(2),
        FINISH,
        Step::ClockBack { seconds: 600 },
        text(3),
    ]);
    assert_eq!(day.file.interactions.len(), 3);
    day.end();
}

#[test]
fn i_13_interactions_that_open_at_the_same_moment_keep_their_order() {
    let steps = (1..12).flat_map(|number| [text(number), FINISH]);
    tell(steps).end();
}

#[test]
fn h_10_nobody_is_asked_who_has_left_the_team() {
    let day = tell([
        Step::Presence { who: 1, state: 0 },
        text(1),
        Step::Act {
            who: 0,
            on: 0,
            act: InteractionAct::Take,
        },
        Step::Leave { who: 1, heir: None },
        Step::HandOn {
            who: 0,
            on: 0,
            to: HandTo::Agent(1),
        },
    ]);
    let asked = day.file.work.iter().map(|(_, item)| item.assignee);
    assert_eq!(asked.flatten().filter(|it| *it == agent(1)).count(), 0);
    day.end();
}
