//! The one binary: `portal`.

// glibc's allocator keeps what password hashing took; mimalloc gives it back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    server::command::run()
}
