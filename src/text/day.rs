//! A day of the calendar.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A day, counted from the first of January 1970 in UTC. It is written as `2026-11-24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Day(i64);

impl Day {
    /// The day of a moment, given in seconds since 1970.
    pub fn of(seconds: i64) -> Self {
        Self(seconds.div_euclid(24 * 60 * 60))
    }

    /// Year, month and day of the month.
    fn parts(self) -> (i64, i64, i64) {
        // Years begin in March here, so that a leap day is a year's last. An era is the 400 years after which the
        // calendar repeats itself; 719,468 days lie between the first era and 1970.
        let days = self.0.saturating_add(719_468);
        let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let of_month = day - (153 * month + 2) / 5 + 1;
        let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        (era * 400 + year + next, month, of_month)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_names() {
        for (seconds, name) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (951_782_399, "2000-02-28"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_709_164_800, "2024-02-29"),
            (1_767_225_599, "2025-12-31"),
            (1_795_698_635, "2026-11-26"),
            (4_107_542_400, "2100-03-01"),
        ] {
            assert_eq!(Day::of(seconds).to_string(), name, "{seconds}");
        }
        for extreme in [i64::MIN, i64::MAX] {
            assert!(!Day::of(extreme).to_string().is_empty());
        }
    }
}
