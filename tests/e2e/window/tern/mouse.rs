//! What only a mouse does: dragging.

use thirtyfour::prelude::*;

use super::Tern;

impl Tern {
    /// Number of elements that a selector finds.
    pub(crate) async fn count_css(&self, selector: &str) -> usize {
        let found = self.driver.find_all(By::Css(selector)).await;
        found.map_or(0, |found| found.len())
    }

    /// Drags with the mouse from the middle of one element to a point off the middle of another, once both
    /// stand still.
    pub(crate) async fn drag_css(&self, from: &str, to: &str, (right, down): (i64, i64)) {
        let mut ends = None;
        self.until(&format!("{from} and {to} stand still"), async || {
            let found = (
                self.driver.find(By::Css(from)).await,
                self.driver.find(By::Css(to)).await,
            );
            let (Ok(start), Ok(end)) = found else {
                return false;
            };
            if start.scroll_into_view().await.is_err()
                || !self.stands_still(&start).await
                || !self.stands_still(&end).await
            {
                return false;
            }
            ends = Some((start, end));
            true
        })
        .await;
        let (start, end) = ends.expect("both are there");
        let middle = async |element: &WebElement| {
            let at = element.rect().await.expect("a place on the page");
            (
                (at.x + at.width / 2.0) as i64,
                (at.y + at.height / 2.0) as i64,
            )
        };
        let ((x, y), (to_x, to_y)) = (middle(&start).await, middle(&end).await);
        let (to_x, to_y) = (to_x + right, to_y + down);
        let chain = self.driver.action_chain().move_to(x, y).click_and_hold();
        let chain = chain
            .move_to(x + 10, y + 4)
            .move_to(i64::midpoint(x, to_x), i64::midpoint(y, to_y))
            .move_to(to_x, to_y)
            .release();
        chain.perform().await.expect("the mouse drags");
    }
}
