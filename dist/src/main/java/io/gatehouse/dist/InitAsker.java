package io.gatehouse.dist;

import io.gatehouse.api.Finding;
import io.gatehouse.api.Secret;
import io.gatehouse.dist.doctor.DoctorReport;
import io.gatehouse.dist.draft.InitAnswers;
import io.gatehouse.dist.draft.InitQuestion;
import io.gatehouse.formats.file.Utf8;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Asks single questions: at a terminal, from lines of standard input, or, without any question, of the options of the
 * command line.
 */
final class InitAsker {
    private static final int LONGEST_LINE = 1 << 16;
    /** More than there are questions; a program that gives the same wrong answer for ever comes to an end. */
    private static final int MOST_LINES = 100;

    private final World world;
    private final PrintWriter out;
    private final boolean yes;
    private final boolean keepFaults;
    private final Map<InitQuestion, String> texts = new EnumMap<>(InitQuestion.class);
    private final Map<InitQuestion, Secret> secrets = new EnumMap<>(InitQuestion.class);
    /** What is not asked again. */
    private final Set<InitQuestion> settled = EnumSet.noneOf(InitQuestion.class);

    private final InputStream input;
    private int linesRead;

    /** Asks a part of the questions. */
    @FunctionalInterface
    interface Part {
        void ask() throws CommandException, IOException;
    }

    /** Tries answers. */
    @FunctionalInterface
    interface Test {
        List<Finding> findings() throws CommandException, IOException, InterruptedException;
    }

    /** Says what is wrong with an answer by itself. */
    @FunctionalInterface
    interface Check {
        Optional<String> problem(String text);
    }

    /**
     * Asks what {@code given} has no answer to.
     *
     * @param yes whether nobody is asked: what is missing has its default
     * @param keepFaults whether answers are good that do not work
     */
    InitAsker(World world, PrintWriter out, boolean yes, boolean keepFaults, Map<InitQuestion, String> given) {
        this.world = world;
        this.out = out;
        this.yes = yes;
        this.keepFaults = keepFaults;
        this.input = new BufferedInputStream(world.input());
        texts.putAll(given);
        settled.addAll(given.keySet());
    }

    InitAnswers answers() {
        return new InitAnswers(texts);
    }

    /** A secret that was typed, and is in no file yet. */
    Optional<Secret> typed(InitQuestion question) {
        return Optional.ofNullable(secrets.get(question));
    }

    void say(String line) {
        out.println(line);
        out.flush();
    }

    /** Answers a question without asking. */
    void put(InitQuestion question, String text) {
        texts.put(question, text);
    }

    /**
     * Asks a part of the questions and tries the answers, until they work or are to be kept as they are.
     *
     * @param questions that are asked again
     */
    void attempt(List<InitQuestion> questions, Part part, Test test)
            throws CommandException, IOException, InterruptedException {
        while (true) {
            part.ask();
            List<Finding> findings = test.findings();
            show(findings);
            if (findings.stream().noneMatch(InitAsker::isFault)) {
                return;
            }
            if (yes && !keepFaults) {
                throw CommandException.failed(
                        "an answer does not work, and nothing was written; correct it, or write the file"
                                + " all the same with --keep-faults");
            }
            if (yes || !confirm("Correct the answers", true, "--yes with --keep-faults needs no terminal")) {
                return;
            }
            settled.removeAll(questions);
            secrets.keySet().removeAll(questions);
        }
    }

    static boolean isFault(Finding finding) {
        return finding.severity() == Finding.Severity.FAULT;
    }

    void show(List<Finding> findings) {
        findings.forEach(finding -> DoctorReport.print(out, finding, false));
        out.flush();
    }

    /**
     * Asks one question, unless it has an answer.
     *
     * @param otherwise the answer of who gives none; without it there must be one
     */
    void ask(InitQuestion question, Optional<String> otherwise, Check check) throws CommandException, IOException {
        if (settled.contains(question)) {
            require(question, texts.getOrDefault(question, ""), check);
            return;
        }
        if (yes) {
            String text = otherwise.orElseThrow(() -> missing(question));
            require(question, text, check);
            settle(question, text);
            return;
        }
        while (true) {
            String usual = texts.getOrDefault(question, otherwise.orElse(""));
            String line = read(question.text() + (usual.isEmpty() ? "" : " [" + usual + "]") + ": ", option(question))
                    .strip();
            String text = line.isEmpty() ? usual : line;
            Optional<String> problem =
                    text.isEmpty() && otherwise.isEmpty() ? Optional.of("an answer is needed") : check.problem(text);
            if (problem.isEmpty()) {
                settle(question, text);
                return;
            }
            say("  " + problem.get());
        }
    }

    private static void require(InitQuestion question, String text, Check check) throws CommandException {
        Optional<String> problem = check.problem(text);
        if (problem.isPresent()) {
            throw CommandException.wrong("--" + question.option() + ": " + problem.get());
        }
    }

    private static CommandException missing(InitQuestion question) {
        return CommandException.wrong("--" + question.option() + " is missing: " + question.text());
    }

    private void settle(InitQuestion question, String text) {
        texts.put(question, text);
        settled.add(question);
    }

    /** Asks for a secret, or takes the file that was named for it. */
    void secret(InitQuestion question) throws CommandException, IOException {
        if (!hasFile(question)) {
            if (yes) {
                throw missing(question);
            }
            String text = "";
            while (text.isEmpty()) {
                text = readSecret(question.text() + ": ", question);
            }
            secrets.put(question, Secret.ofText(text));
            settled.add(question);
        }
    }

    /** The same for a secret that need not be. */
    void optionalSecret(InitQuestion question) throws CommandException, IOException {
        if (!hasFile(question) && !yes) {
            String text = readSecret(question.text() + ": ", question);
            if (!text.isEmpty()) {
                secrets.put(question, Secret.ofText(text));
            }
            settled.add(question);
        }
    }

    /** Asks twice for a new password; makes and shows one if there is no answer. */
    void newPassword(InitQuestion question) throws CommandException, IOException {
        if (hasFile(question)) {
            return;
        }
        String password = yes ? "" : readTwice(question);
        if (password.isEmpty()) {
            password = Passwords.generate(new SecureRandom());
            say("password: " + password);
        }
        secrets.put(question, Secret.ofText(password));
        settled.add(question);
    }

    private String readTwice(InitQuestion question) throws CommandException, IOException {
        while (true) {
            String password = readSecret(question.text() + ": ", question);
            if (password.isEmpty()) {
                return password;
            }
            try {
                Passwords.requireTypeable(password);
                if (readSecret("Repeat the password: ", question).equals(password)) {
                    return password;
                }
                say("  the two passwords differ");
            } catch (CommandException exception) {
                say("  " + exception.getMessage());
            }
        }
    }

    /** Whether the answer is a file, whose name becomes that of a file everywhere. */
    private boolean hasFile(InitQuestion question) {
        String file = texts.getOrDefault(question, "");
        if (settled.contains(question) && !file.isEmpty()) {
            texts.put(question, Path.of(file).toAbsolutePath().normalize().toString());
            return true;
        }
        texts.remove(question);
        return secrets.containsKey(question);
    }

    /**
     * Asks a question that is answered with yes or no.
     *
     * @param instead how it is answered without a terminal
     */
    boolean confirm(String text, boolean otherwise, String instead) throws CommandException, IOException {
        while (true) {
            String line =
                    read(text + (otherwise ? "? [Y/n] " : "? [y/N] "), instead).strip();
            switch (line.toLowerCase(Locale.ROOT)) {
                case "" -> {
                    return otherwise;
                }
                case "y", "yes" -> {
                    return true;
                }
                case "n", "no" -> {
                    return false;
                }
                default -> say("  expected y or n");
            }
        }
    }

    private String read(String prompt, String instead) throws CommandException, IOException {
        Optional<String> answer = world.prompt().line(prompt);
        return answer.isPresent() ? answer.get() : line(prompt, instead);
    }

    private String readSecret(String prompt, InitQuestion question) throws CommandException, IOException {
        Optional<String> answer = world.prompt().secret(prompt);
        if (answer.isEmpty() && isTypedVisibly()) {
            throw CommandException.failed(
                    "standard output is no terminal, and the answer could be seen while it is typed; use" + " --"
                            + question.option());
        }
        return answer.isPresent() ? answer.get() : line(prompt, option(question));
    }

    /** Whether lines come from a terminal although there is no console, as in {@code gatehouse init | tee log}. */
    private boolean isTypedVisibly() throws IOException {
        Path standardInput = Path.of("/proc/self/fd/0");
        return world.input().equals(System.in)
                && Files.isSymbolicLink(standardInput)
                && Files.readSymbolicLink(standardInput).toString().matches("/dev/(pts/|tty).*");
    }

    private String line(String prompt, String instead) throws CommandException, IOException {
        say(prompt);
        if (++linesRead > MOST_LINES) {
            throw CommandException.wrong("standard input has more than " + MOST_LINES
                    + " lines, and answers are missing; nothing was written");
        }
        return nextLine()
                .orElseThrow(() -> CommandException.wrong(
                        "standard input has no answer to this; nothing was written (" + instead + ")"));
    }

    /** The next line of standard input; empty when there is none. */
    private Optional<String> nextLine() throws CommandException, IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = input.read();
        if (next < 0) {
            return Optional.empty();
        }
        for (; next >= 0 && next != '\n'; next = input.read()) {
            if (line.size() == LONGEST_LINE) {
                throw CommandException.wrong(
                        "a line of standard input is longer than " + LONGEST_LINE + " bytes; nothing was written");
            }
            line.write(next);
        }
        String text = Utf8.decode(line.toByteArray())
                .orElseThrow(() -> CommandException.wrong(
                        "standard input is not UTF-8 text (expected UTF-8); nothing was written"));
        return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
    }

    private static String option(InitQuestion question) {
        return "--" + question.option() + " and --yes need no terminal";
    }
}
