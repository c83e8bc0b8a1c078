package io.gatehouse.dist;

import io.gatehouse.api.Finding;
import io.gatehouse.dist.draft.InitQuestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** {@code gatehouse init}. */
@Command(
        name = "init",
        description = {
            "Makes a first configuration: asks what you have, tries each answer at once (names in DNS, ports, certificates,"
                    + " keytabs, LDAP servers, domain controllers, identity providers, desktops), says what is wrong, and"
                    + " writes a short file. Every question is an option, too; with --yes nothing is asked. Secrets are"
                    + " written to files of their own. docs/first-configuration.md has examples.",
            "",
            "  gatehouse init",
            "  gatehouse init --name gw.example.com --desktops pc1,pc2",
            ""
        })
final class InitCommand extends Action {
    private static final Path SERVICE_MANAGER = Path.of("/run/systemd/system");

    @Mixin
    private final ConfigurationOption configuration = new ConfigurationOption();

    @Option(names = "--yes", description = "asks nothing: questions without an option have their usual answer")
    private boolean yes;

    @Option(
            names = "--force",
            description = "replaces a configuration that is there, and keeps it under its name with .old behind it")
    private boolean force;

    @Option(names = "--keep-faults", description = "with --yes: writes the file even if an answer does not work (yet)")
    private boolean keepFaults;

    @Mixin
    private final StateOption state = new StateOption();

    private InitCommand(World world) {
        super(world);
    }

    /** The command, with an option for each question. */
    static CommandLine commandLine(World world) {
        CommandLine line = new CommandLine(new InitCommand(world));
        for (InitQuestion question : InitQuestion.values()) {
            line.getCommandSpec()
                    .addOption(OptionSpec.builder("--" + question.option())
                            .paramLabel(question.label())
                            .type(String.class)
                            .description(question.text())
                            .build());
        }
        return line;
    }

    private Map<InitQuestion, String> given() {
        Map<InitQuestion, String> given = new EnumMap<>(InitQuestion.class);
        for (InitQuestion question : InitQuestion.values()) {
            String text = specification().findOption("--" + question.option()).getValue();
            if (text != null) {
                given.put(question, text.strip());
            }
        }
        return given;
    }

    @Override
    void act() throws CommandException, IOException, InterruptedException {
        Path target = configuration.fileToWrite(world());
        Map<InitQuestion, String> given = given();
        InitAsker asker = new InitAsker(world(), out(), yes, keepFaults, given);
        if (!mayReplace(target, asker)) {
            out().println("nothing was changed");
            return;
        }
        Optional<Path> rules =
                Optional.ofNullable(given.get(InitQuestion.RULES)).map(Path::of);
        try (InitDraft draft = InitDraft.open(target, asker, rules, state.folder())) {
            InitTrial trial = new InitTrial(world(), draft.scratch(), draft.folder(), err());
            new InitInterview(asker, draft, trial).run();
            write(target, asker, draft, trial);
        }
    }

    private boolean mayReplace(Path target, InitAsker asker) throws CommandException, IOException {
        if (force || Files.notExists(target, LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        if (yes) {
            throw CommandException.failed(
                    target + ": already exists (use --force to replace it; it is kept as " + target + ".old)");
        }
        return asker.confirm(
                target + " exists. Replace it, and keep it as " + target + ".old", false, "--force needs no terminal");
    }

    private void write(Path target, InitAsker asker, InitDraft draft, InitTrial trial)
            throws CommandException, IOException {
        String toml = draft.whole(asker.answers());
        List<Finding> findings = trial.whole(toml);
        asker.show(findings);
        if (findings.stream().anyMatch(InitAsker::isFault)) {
            throw CommandException.wrong("nothing was written: gatehouse check would not pass");
        }
        draft.install(asker.answers(), toml, true).forEach(old -> out().println("kept the old file as " + old));
        boolean service = target.equals(Path.of("/etc/gatehouse/gatehouse.toml")) && Files.exists(SERVICE_MANAGER);
        out().println("wrote " + target);
        out().println("\nNext:");
        if (service) {
            out().println("  systemctl restart gatehouse");
            out().println("  gatehouse doctor");
        } else {
            out().println("  gatehouse run --config " + target);
            out().println("  gatehouse doctor --config " + target);
        }
        out().flush();
    }
}
