//! Many days, on every core of the machine.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::day::{self, Bad};
use crate::mutants::Mutant;
use crate::world::Figures;

fn from_environment(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name}={text}: expected a number")),
    )
}

/// How many threads live days at the same time.
fn workers() -> usize {
    if cfg!(target_family = "wasm") {
        return 1;
    }
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Lives the days from `first` on until one is bad or `count` have passed. The bad day of the lowest seed is told.
pub(crate) fn search(first: u64, count: u64, mutant: Option<Mutant>) -> Result<Figures, Bad> {
    let next = AtomicU64::new(first);
    let worst = Mutex::new((Figures::default(), None::<Bad>));
    let work = || {
        let mut figures = Figures::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + count {
                break;
            }
            match day::live(seed, mutant) {
                Ok(of_day) => figures.add(&of_day),
                Err(bad) => {
                    next.store(first + count, Ordering::Relaxed);
                    let mut worst = worst.lock().unwrap();
                    if worst.1.as_ref().is_none_or(|known| known.seed > bad.seed) {
                        worst.1 = Some(bad);
                    }
                    break;
                }
            }
        }
        worst.lock().unwrap().0.add(&figures);
    };
    match workers() {
        1 => work(),
        workers => std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(work);
            }
        }),
    }
    match worst.into_inner().unwrap() {
        (figures, None) => Ok(figures),
        (_, Some(bad)) => Err(bad),
    }
}

#[test]
fn nothing_is_lost_doubled_or_reordered() {
    if let Some(seed) = from_environment("VISAVIS_SIM_SEED") {
        println!("{}", day::trace(seed, None));
        assert!(day::live(seed, None).is_ok(), "seed {seed} is bad");
        return;
    }
    let ordinary = if cfg!(target_family = "wasm") { 100 } else { 2_000 };
    let count = from_environment("VISAVIS_SIM_SEEDS").unwrap_or(ordinary);
    let first = from_environment("VISAVIS_SIM_FROM").unwrap_or(0);
    match search(first, count, None) {
        Ok(figures) => println!("{figures:?}"),
        Err(Bad { seed, violation }) => {
            println!("{}", day::trace(seed, None));
            panic!("seed {seed}: {violation}");
        }
    }
}

#[test]
#[ignore]
fn zz_explore() {
    let count = from_environment("VISAVIS_SIM_SEEDS").unwrap_or(1000);
    let next = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..workers() {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= count {
                        break;
                    }
                    if let Err(bad) = day::live(seed, None) {
                        println!("BAD {} {}", bad.seed, bad.violation);
                    }
                }
            });
        }
    });
}
