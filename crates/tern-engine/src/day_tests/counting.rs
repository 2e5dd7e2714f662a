//! Figures that follow what happens are those of a new count.

use super::day::{Day, KEY};
use super::file::figures;

/// Few, so that a day has many steps and the process many places to stop at.
const AT_ONCE: u32 = 2;

impl Day {
    /// One small step of counting, as the task takes it, wherever the day has come to.
    pub(super) fn count_a_little(&self) {
        let _followed = self
            .core
            .store
            .write_blocking(|tx| tx.follow_figures(AT_ONCE))
            .unwrap();
    }

    /// Whatever was counted while it happened is what the finished file says.
    pub(super) fn figures_are_those_of_a_new_count(&self) {
        let store = &self.core.store;
        let count = |at_once| {
            while !store
                .write_blocking(move |tx| tx.follow_figures(at_once))
                .unwrap()
                .is_done()
            {}
            assert_eq!(
                store
                    .read_blocking(|conn| conn.figure_progress())
                    .unwrap()
                    .left,
                0
            );
            figures(self.folder.path(), &KEY)
        };
        let followed = count(AT_ONCE);
        store.write_blocking(|tx| tx.forget_figures()).unwrap();
        let anew = count(1000);
        for (one, other) in followed.iter().zip(&anew) {
            assert_eq!(one, other, "followed, then counted anew");
        }
    }
}
