package io.gatehouse.dist;

import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import io.gatehouse.dist.draft.FirstConfiguration;
import io.gatehouse.dist.draft.InitAnswers;
import io.gatehouse.dist.draft.InitQuestion;
import io.gatehouse.dist.draft.SignInKind;
import io.gatehouse.formats.account.Account;
import io.gatehouse.formats.account.AccountEditor;
import io.gatehouse.formats.account.AccountFile;
import io.gatehouse.formats.file.SecretFile;
import io.gatehouse.formats.file.Utf8;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code gatehouse init} is going to write, in a folder that only its user may enter and that is gone when the
 * command ends, by a signal as well: the configuration, the secrets that were typed, and the account file.
 */
final class InitDraft implements AutoCloseable {
    private static final int LARGEST_PASSWORD_FILE = 1 << 16;
    private static final Path SERVICE_LOGS = Path.of("/var/log/gatehouse");
    private static final String SERVICE_SOCKET = "/run/gatehouse/admin.sock";
    private static final Map<InitQuestion, String> SECRET_FILES = Map.of(
            InitQuestion.COMPUTER_PASSWORD_FILE, "machine-password",
            InitQuestion.LDAP_PASSWORD_FILE, "ldap-password",
            InitQuestion.OIDC_SECRET_FILE, "oidc-secret");

    private final Path target;
    private final Path scratch;
    private final InitAsker asker;
    private final Optional<String> rules;
    private final String state;
    private final Thread atExit;
    private @Nullable Account account;

    private InitDraft(Path target, Path scratch, InitAsker asker, Optional<String> rules, String state) {
        this.target = target;
        this.scratch = scratch;
        this.asker = asker;
        this.rules = rules;
        this.state = state;
        this.atExit = Thread.ofPlatform().unstarted(this::interrupted);
    }

    /**
     * A draft of {@code target}.
     *
     * @param rules a file with tables of rules
     * @param state where the gateway keeps files that it makes
     */
    static InitDraft open(Path target, InitAsker asker, Optional<Path> rules, Optional<Path> state)
            throws CommandException, IOException {
        Optional<String> text = rules.isPresent() ? Optional.of(MigrateAction.text(rules.get())) : Optional.empty();
        String prefix = StateFolder.prefix(state, Optional.of(target));
        InitDraft draft = new InitDraft(
                target.toAbsolutePath().normalize(), Files.createTempDirectory("gatehouse-init"), asker, text, prefix);
        Runtime.getRuntime().addShutdownHook(draft.atExit);
        return draft;
    }

    Path scratch() {
        return scratch;
    }

    Path folder() {
        Path folder = target.getParent();
        return folder == null ? Path.of("/") : folder;
    }

    /** The tables that stand in the place of a rule for the desktops. */
    Optional<String> rules() {
        return rules;
    }

    private boolean isOfService() {
        return state.equals(StateFolder.SERVICE);
    }

    /** What keeps an account of this name from being added. */
    Optional<String> accountProblem(String name) {
        Path file = folder().resolve(FirstConfiguration.ACCOUNTS);
        if (name.isEmpty() || Files.notExists(file)) {
            return Optional.empty();
        }
        try {
            return AccountFile.open(file)
                    .find(Account.normalise(name))
                    .map(found -> "account " + found.name() + " exists already in " + file);
        } catch (ProviderException exception) {
            return Optional.of(String.valueOf(exception.getMessage()));
        }
    }

    /** A configuration with one way to sign in, whose secrets are in the folder. */
    String trial(InitAnswers answers, SignInKind kind) throws CommandException, IOException {
        prepare(answers);
        return FirstConfiguration.trial(answers, kind, places(answers));
    }

    /** The whole configuration, whose secrets are in the folder. */
    String whole(InitAnswers answers) throws CommandException, IOException {
        prepare(answers);
        return FirstConfiguration.write(answers, places(answers), rules);
    }

    private FirstConfiguration.Places places(InitAnswers answers) throws IOException {
        Map<InitQuestion, String> files = new EnumMap<>(InitQuestion.class);
        for (InitQuestion question : SECRET_FILES.keySet()) {
            Optional<Secret> typed = asker.typed(question);
            if (typed.isPresent()) {
                files.put(question, nameFor(question, typed.get()));
            } else if (answers.has(question)) {
                files.put(question, answers.text(question));
            }
        }
        Optional<String> audit = isOfService() && Files.isDirectory(SERVICE_LOGS)
                ? Optional.of(SERVICE_LOGS.resolve("audit.jsonl").toString())
                : Optional.empty();
        Optional<String> socket = isOfService() ? Optional.of(SERVICE_SOCKET) : Optional.empty();
        return new FirstConfiguration.Places(state, files, socket, audit);
    }

    /** A name beside the configuration that no other secret has. */
    private String nameFor(InitQuestion question, Secret secret) throws IOException {
        String usual = SECRET_FILES.getOrDefault(question, "secret");
        String name = usual;
        for (int i = 2; isTaken(folder().resolve(name), secret); i++) {
            name = usual + "-" + i;
        }
        return name;
    }

    private static boolean isTaken(Path file, Secret secret) throws IOException {
        return Files.exists(file)
                && !(Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), secret.bytes()));
    }

    private void prepare(InitAnswers answers) throws CommandException, IOException {
        for (InitQuestion question : SECRET_FILES.keySet()) {
            Optional<Secret> typed = asker.typed(question);
            if (typed.isPresent()) {
                PrivateFiles.write(
                        scratch.resolve(nameFor(question, typed.get())),
                        typed.get().bytes());
            }
        }
        if (answers.signIn().contains(SignInKind.ACCOUNTS)) {
            prepareAccounts(answers);
        }
    }

    private void prepareAccounts(InitAnswers answers) throws CommandException, IOException {
        Path file = scratch.resolve(FirstConfiguration.ACCOUNTS);
        Path existing = folder().resolve(FirstConfiguration.ACCOUNTS);
        if (Files.exists(existing)) {
            PrivateFiles.write(file, Files.readAllBytes(existing));
        } else {
            PrivateFiles.write(file, "# accounts of the gateway: gatehouse user add NAME\n");
        }
        if (answers.has(InitQuestion.ACCOUNT)) {
            add(file, account(answers));
        }
    }

    private static void add(Path file, Account account) throws CommandException {
        try {
            AccountEditor.add(file, account);
        } catch (ProviderException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        }
    }

    /** Made once, since hashes take time. */
    private Account account(InitAnswers answers) throws CommandException {
        Account known = account;
        if (known != null && known.name().equals(Account.normalise(answers.text(InitQuestion.ACCOUNT)))) {
            return known;
        }
        Set<String> groups =
                answers.has(InitQuestion.ACCOUNT_GROUP) ? Set.of(answers.text(InitQuestion.ACCOUNT_GROUP)) : Set.of();
        Account made =
                new Account(answers.text(InitQuestion.ACCOUNT), true, groups, Passwords.credentials(password(answers)));
        account = made;
        return made;
    }

    private String password(InitAnswers answers) throws CommandException {
        Optional<Secret> typed = asker.typed(InitQuestion.ACCOUNT_PASSWORD_FILE);
        if (typed.isPresent()) {
            return typed.get().text();
        }
        Path file = Path.of(answers.text(InitQuestion.ACCOUNT_PASSWORD_FILE));
        try {
            String password = Utf8.decode(SecretFile.read(file, "password", LARGEST_PASSWORD_FILE))
                    .flatMap(text -> text.lines().findFirst())
                    .orElseThrow(() -> CommandException.wrong(file + ": has no line of UTF-8 text"));
            Passwords.requireTypeable(password);
            return password;
        } catch (ProviderException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        }
    }

    /**
     * Writes everything to where it belongs.
     *
     * @param replace whether a configuration that is there gives way
     * @return the names under which files are kept that gave way
     */
    List<Path> install(InitAnswers answers, String toml, boolean replace) throws CommandException, IOException {
        Path accounts = folder().resolve(FirstConfiguration.ACCOUNTS);
        NewFiles files = new NewFiles(replace);
        for (InitQuestion question : SECRET_FILES.keySet()) {
            Optional<Secret> typed = asker.typed(question);
            if (typed.isPresent()) {
                files.add(
                        folder().resolve(nameFor(question, typed.get())),
                        typed.get().bytes());
            }
        }
        if (answers.signIn().contains(SignInKind.ACCOUNTS)) {
            if (Files.notExists(accounts)) {
                files.add(accounts, Files.readAllBytes(scratch.resolve(FirstConfiguration.ACCOUNTS)));
            } else if (answers.has(InitQuestion.ACCOUNT)) {
                Account account = account(answers);
                files.last(() -> add(accounts, account));
            }
        }
        files.add(target, toml);
        return files.write();
    }

    /** Ctrl-C leaves nothing behind. */
    private void interrupted() {
        try {
            deleteScratch();
        } catch (IOException exception) {
            // The process ends; there is nobody to tell.
        }
    }

    private synchronized void deleteScratch() throws IOException {
        if (Files.exists(scratch)) {
            try (Stream<Path> all = Files.walk(scratch)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(each);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        deleteScratch();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException exception) {
            // The process ends already.
        }
    }
}
