import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** One line a test, the failures at the end, and the total as the very last line. */
export default class Report {
  #passed = 0;
  #failures = [];
  #broken = 0;
  #root = '';

  onBegin(config, suite) {
    this.#root = config.rootDir;
    console.log(`${suite.allTests().length} tests in Chromium`);
  }

  onTestEnd(test, result) {
    const name = `${relative(this.#root, test.location.file)} › ${test.titlePath().slice(3).join(' › ')}`;
    const seconds = (result.duration / 1000).toFixed(1);
    if (result.status === 'passed') {
      this.#passed += 1;
      console.log(`ok      ${name} (${seconds} s)`);
      return;
    }
    this.#failures.push({ name, errors: result.errors });
    console.log(`${result.status === 'skipped' ? 'SKIPPED' : 'FAILED '} ${name} (${seconds} s)`);
  }

  /** What goes wrong outside of any test: a file that cannot be read, a worker that cannot stop. */
  onError(error) {
    this.#broken += 1;
    console.log(words(error));
  }

  onStdOut(chunk) {
    process.stdout.write(chunk);
  }

  onStdErr(chunk) {
    process.stderr.write(chunk);
  }

  onEnd() {
    for (const { name, errors } of this.#failures) {
      console.log(`\n── ${name}`);
      for (const error of errors) console.log(words(error));
    }
  }

  onExit() {
    console.log(`${this.#passed} passed, ${this.#failures.length + this.#broken} failed`);
  }

  printsToStdio() {
    return true;
  }
}

function words(error) {
  return stripVTControlCharacters(error.stack ?? error.message ?? String(error.value));
}
