use std::{error::Error, process::ExitCode};

type Task<'a> = (&'a str, &'a dyn Fn() -> Result<(), Box<dyn Error>>);

/// Each task reads or writes something, and fails if that could not be done. What fails does not stop the rest. Return the result
/// from `main`.
pub fn run(tasks: &[Task]) -> ExitCode {
    let mut failed = 0;
    for (name, task) in tasks {
        if let Err(error) = task() {
            eprintln!("{name} failed: {error}");
            failed += 1;
        }
    }
    if failed == 0 {
        return ExitCode::SUCCESS;
    }
    eprintln!("{failed} of {} tasks are not done", tasks.len());
    ExitCode::FAILURE
}
