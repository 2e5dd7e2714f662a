//! One user in several conversations at once: what is lost in one of them is lost in all.

use super::linking::{ASKS, FAILED, HEARD, LOCKED, LOST, PIN, WRONG_CODE, WRONG_PIN};
use crate::line::{ALSO_OURS, ANNA, Line, until};

impl Line {
    /// Anna writes to our other number, and gets these texts, in whatever order.
    async fn elsewhere_gets(&self, body: &str, wanted: &[&str]) {
        self.next_second().await;
        let before = self.received_by(ANNA).await.len();
        self.text_to(ALSO_OURS, ANNA, body).await;
        until(&format!("{wanted:?}"), async || {
            let shown = self.received_by(ANNA).await;
            let new = shown.get(before..)?;
            wanted
                .iter()
                .all(|text| new.iter().any(|it| it == text))
                .then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn l_10_l_12_wrong_tries_count_in_all_conversations_and_a_lock_ends_what_was_proved_in_another()
 {
    let mut line = Line::with_linking().await;
    line.stop_engine().await;
    line.numbers.push(ALSO_OURS);
    line.start_engine();
    let anna = line.enrol(ANNA, 1).await;
    line.says_and_gets(ANNA, "club", ASKS).await;
    line.says_and_gets(ANNA, PIN, HEARD).await;
    let code = line.code(&anna);
    line.says_and_gets(ANNA, code.expose(), "What do you wish?")
        .await;
    let proven = line.elevation(ANNA).await.proven;
    assert_eq!(proven.map(|it| it.person), Some(anna.id));

    // The other conversation is nobody's until it was proved there, too (L-15).
    for answer in [FAILED, FAILED] {
        line.elsewhere_gets("link my number", &[ASKS]).await;
        line.elsewhere_gets(WRONG_PIN, &[HEARD]).await;
        line.elsewhere_gets(WRONG_CODE, &[answer]).await;
    }
    assert_eq!(line.wrong_entries(&anna).await, 2);
    assert!(line.elevation(ANNA).await.proven.is_some());
    line.elsewhere_gets("link my number", &[ASKS]).await;
    line.elsewhere_gets(WRONG_PIN, &[HEARD]).await;
    line.elsewhere_gets(WRONG_CODE, &[LOCKED, LOST]).await;
    assert_eq!(line.elevation(ANNA).await.proven, None);
    line.says_and_gets(ANNA, "club", LOCKED).await;
    line.crash().await;
    line.start_engine();
    line.says_and_gets(ANNA, "link my number", LOCKED).await;
    line.elsewhere_gets("link my number", &[LOCKED]).await;
}
