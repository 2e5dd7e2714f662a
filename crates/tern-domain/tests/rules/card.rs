//! how a conversation's card looks, and which layout is in force.

use tern_domain::InteractionState;
use tern_domain::card::{CardField, CardLayout, CardProblem, ReadyLayouts, check_layouts};
use tern_domain::condition::{Fact, Facts};

fn layout(name: &str, condition: &str, fields: &[CardField]) -> CardLayout {
    CardLayout {
        id: name.to_owned(),
        name: name.to_owned(),
        condition: condition.to_owned(),
        fields: fields.to_vec(),
    }
}

#[test]
fn q_27_the_first_layout_whose_condition_holds_is_in_force_and_without_one_the_shipped_look() {
    let new = [CardField::Queue, CardField::WaitingSince];
    let all = [CardField::Number];
    let layouts = [
        layout("of another version", "moon == 'full'", &[CardField::State]),
        layout("new work", "state == \"new\"", &new),
        layout("the rest", "state != \"on_hold\"", &all),
    ];
    let ready = ReadyLayouts::new(&layouts);
    let in_state = |state: InteractionState| Facts::new().with(Fact::State, state);
    assert_eq!(
        ready.choose(&in_state(InteractionState::New)),
        Some(&new[..])
    );
    let working = in_state(InteractionState::WorkInProgress);
    assert_eq!(ready.choose(&working), Some(&all[..]));
    assert_eq!(ready.choose(&in_state(InteractionState::OnHold)), None);
    assert!(ReadyLayouts::new(&[]).is_empty());
}

#[test]
fn q_27_a_card_shows_one_to_five_fields_each_once() {
    let wrong = |fields: &[CardField]| check_layouts(vec![layout("Card", "true", fields)]).err();
    let too_few_or_many = Some(CardProblem::Fields {
        layout: "Card".to_owned(),
    });
    assert_eq!(wrong(&CardField::ALL[..5]), None);
    assert_eq!(wrong(&CardField::ALL[..6]), too_few_or_many);
    assert_eq!(wrong(&[]), too_few_or_many);
    let twice = Some(CardProblem::FieldTwice {
        layout: "Card".to_owned(),
        field: "Queue",
    });
    assert_eq!(wrong(&[CardField::Queue, CardField::Queue]), twice);
}

#[test]
fn q_27_layouts_have_names_ids_and_conditions_that_can_be_understood() {
    let good = layout(" Card ", "true", &[CardField::Requester]);
    let kept = check_layouts(vec![good.clone()]).unwrap();
    assert_eq!(kept[0].name, "Card");
    assert_eq!(check_layouts(vec![good.clone(); 2]), Err(CardProblem::Id));
    assert_eq!(
        check_layouts(vec![good.clone(); 21]),
        Err(CardProblem::TooMany)
    );
    let nameless = CardLayout {
        name: " ".to_owned(),
        ..good.clone()
    };
    assert_eq!(check_layouts(vec![nameless]), Err(CardProblem::Name));
    let odd = CardLayout {
        condition: "moon == 'full'".to_owned(),
        ..good
    };
    let refused = check_layouts(vec![odd]).unwrap_err();
    assert!(
        matches!(refused, CardProblem::Condition { .. }),
        "{refused}"
    );
}
