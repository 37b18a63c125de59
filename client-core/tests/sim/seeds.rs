//! Many days, on every core of the machine.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::day::{self, Bad};
use crate::dialect::Speech;
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
pub(crate) fn search(speech: Speech, first: u64, count: u64, mutant: Option<Mutant>) -> Result<Figures, Bad> {
    let next = AtomicU64::new(first);
    let worst = Mutex::new((Figures::default(), None::<Bad>));
    let work = || {
        let mut figures = Figures::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + count {
                break;
            }
            match day::live(speech, seed, mutant) {
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

/// The machine's own clock, for the figures alone: nothing simulated looks at it.
struct Stopwatch(Option<std::time::Instant>);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "measures the test, not the simulated world")]
    fn start() -> Self {
        Self((!cfg!(target_family = "wasm")).then(std::time::Instant::now))
    }

    fn seconds(&self) -> f64 {
        self.0.map_or(f64::NAN, |since| since.elapsed().as_secs_f64())
    }
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn print(days: u64, figures: &Figures, since: &Stopwatch) {
    let seconds = since.seconds();
    println!(
        "{days} days in {seconds:.1} s, {:.0} a second: {} happenings, {} inputs, {} faults, {} lives, {} dials, {} writes, {} twins",
        days as f64 / seconds,
        figures.happenings,
        figures.inputs,
        figures.faults,
        figures.lives,
        figures.dials,
        figures.writes,
        figures.twins
    );
    println!(
        "{} messages up and {} down: 0 lost, 0 doubled, 0 reordered",
        figures.up, figures.down
    );
}

/// The vocabularies of one gateway share the days that were asked for.
fn share(speech: Speech, asked: u64) -> u64 {
    match speech {
        Speech::Relay => asked,
        Speech::Gateway | Speech::Older => asked.div_ceil(2),
        Speech::Site => asked,
    }
}

fn live_many(speech: Speech, ordinary: u64) {
    if let Some(seed) = from_environment("VISAVIS_SIM_SEED") {
        println!("{}", day::trace(speech, seed, None));
        assert!(day::live(speech, seed, None).is_ok(), "seed {seed} is bad");
        return;
    }
    let ordinary = if cfg!(target_family = "wasm") { 100 } else { ordinary };
    let count = from_environment("VISAVIS_SIM_SEEDS").map_or(ordinary, |asked| share(speech, asked));
    let first = from_environment("VISAVIS_SIM_FROM").unwrap_or(0);
    let since = Stopwatch::start();
    match search(speech, first, count, None) {
        Ok(figures) => print(count, &figures, &since),
        Err(Bad { seed, violation }) => {
            println!("{}", day::trace(speech, seed, None));
            panic!("{speech:?}, seed {seed}: {violation}");
        }
    }
}

#[test]
fn nothing_is_lost_doubled_or_reordered() {
    live_many(Speech::Relay, 2_000);
}

#[test]
fn nothing_is_lost_doubled_or_reordered_by_calls_without_ids() {
    live_many(Speech::Site, 400);
}

#[test]
fn nothing_is_lost_doubled_or_reordered_at_a_gateway() {
    live_many(Speech::Gateway, 400);
}

#[test]
fn nothing_is_lost_doubled_or_reordered_in_the_older_vocabulary() {
    live_many(Speech::Older, 400);
}
