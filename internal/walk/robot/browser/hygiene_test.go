package browser_test

const workerArgument = "walk-for-the-hygiene-test"

func worker(string) int { return 0 }
