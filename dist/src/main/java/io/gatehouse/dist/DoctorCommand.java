package io.gatehouse.dist;

import io.gatehouse.api.AccountDirectory;
import io.gatehouse.api.Finding;
import io.gatehouse.api.Metrics;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.client.ntlm.NtlmClient;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.dist.doctor.DoctorReport;
import io.gatehouse.dist.doctor.Examined;
import io.gatehouse.dist.doctor.Examiner;
import io.gatehouse.jetty.Gateway;
import io.gatehouse.jetty.Providers;
import io.gatehouse.jetty.dns.AbsoluteNames;
import io.gatehouse.jetty.dns.NameResolver;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.io.Console;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatehouse doctor}. */
@Command(
        name = "doctor",
        description = {
            "Examines a set-up, and prints what is wrong with how to mend it: the configuration, the limits of the machine,"
                    + " names in DNS, certificates, what a reverse proxy does with MS-TSGU, the servers of each sign-in"
                    + " method, and targets. Reads the configuration file, speaks to the running gateway through its public"
                    + " name as a client does, and changes nothing. docs/doctor.md explains every finding.",
            "",
            "  gatehouse doctor",
            "  gatehouse doctor --public-name gw.example.com --target pc1 --user alice",
            "  gatehouse doctor --sign-in --user 'CORP\\alice'",
            "  gatehouse doctor --idle 70 --json",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:nothing is wrong", "1:there are warnings", "2:there are faults, or the command line is wrong"
        })
final class DoctorCommand extends ConfiguredAction {
    private static final Duration LOOKUP = Duration.ofSeconds(5);

    @Option(
            names = "--public-name",
            paramLabel = "NAME[:PORT]",
            description =
                    "the name by which clients reach the gateway; by default the address of the portal or the name"
                            + " of [server], and port 443 or that of the listener")
    private Optional<String> publicName = Optional.empty();

    @Option(
            names = {"-t", "--target"},
            paramLabel = "HOST[:PORT]",
            description = "a target to examine, too; may be given more than once")
    private List<String> targets = List.of();

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description =
                    "whether this user may reach the targets, as rules name users; without it, whether anybody may")
    private Optional<String> user = Optional.empty();

    @Option(
            names = {"-g", "--group"},
            paramLabel = "GROUP",
            split = ",",
            description = "a group of the user that rules name; may be given more than once")
    private List<String> groups = List.of();

    @Option(
            names = "--run-as",
            paramLabel = "USER",
            description =
                    "the system user that the gateway runs as, who must be able to read its files; by default that"
                            + " of the systemd unit")
    private Optional<String> runAs = Optional.empty();

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "PEM: certificate authorities that clients trust, if this machine does not")
    private @Nullable Path authorities;

    @Option(
            names = "--idle",
            paramLabel = "SECONDS",
            description = "also waits so long whether a proxy cuts silent connections; at most 3600")
    private int idle;

    @Option(
            names = "--sign-in",
            description =
                    "also signs in through the public name, as --user or the user that it asks for, and asks for the"
                            + " password; says which gateway answered and which client address it saw. Sends nothing of"
                            + " the password before it has verified the certificate")
    private boolean signIn;

    @Option(
            names = "--password-stdin",
            description =
                    "with --sign-in: reads the password from standard input, and before it, on a line of its own, the"
                            + " user if --user is not given")
    private boolean fromInput;

    @Option(
            names = "--ntp",
            paramLabel = "SERVER[:PORT]",
            description = "a time server (NTP) to compare the clock of this machine with")
    private Optional<String> timeServer = Optional.empty();

    @Option(names = "--json", description = "prints one JSON object")
    private boolean json;

    private int exitCode = ExitCode.OK;

    DoctorCommand(World world) {
        super(world);
    }

    @Override
    int exitCode() {
        return exitCode;
    }

    @Override
    void act() throws CommandException, InterruptedException {
        if (idle < 0 || idle > 3600) {
            throw CommandException.wrong("--idle " + idle + " (expected 0 to 3600 seconds)");
        }
        if (fromInput && !signIn) {
            throw CommandException.wrong("--password-stdin is for --sign-in");
        }
        Optional<NtlmClient.Account> account =
                signIn ? Optional.of(DoctorAccount.read(world(), user, fromInput)) : Optional.empty();
        Path file = file();
        ConfigurationFile.Checked checked = ConfigurationFile.checked(file, world());
        List<Examined> examined = new ArrayList<>();
        examined.add(new Examined("Configuration", file.toString(), checked.findings()));
        if (checked.configuration().isPresent()) {
            examined.addAll(examine(checked.configuration().get(), account));
        }
        report(new DoctorReport(examined));
    }

    private List<Examined> examine(Configuration configuration, Optional<NtlmClient.Account> account)
            throws CommandException, InterruptedException {
        try (NameResolver resolver = new NameResolver(LOOKUP, MonotonicClock.system(), AbsoluteNames.ofSystem())) {
            DoctorPlan plan = new DoctorPlan(configuration, world().clock(), resolver.shareOf("doctor"), err());
            plan.machine(runAs);
            plan.clock(timeServer);
            plan.wakes();
            plan.front(publicName, Optional.ofNullable(authorities), Duration.ofSeconds(idle), account);
            for (String target : targets) {
                plan.target(target, user, groups);
            }
            List<Providers> opened = new ArrayList<>();
            try {
                for (Map.Entry<String, Record> table : configuration.providers().entrySet()) {
                    provider(configuration, table).ifPresent(made -> {
                        opened.add(made);
                        made.examinations().forEach(plan::provider);
                    });
                }
                Map<String, AccountDirectory> directories = new HashMap<>();
                opened.forEach(made -> directories.putAll(made.accountDirectories()));
                plan.deviceTickets(directories);
                return Examiner.examine(plan.all());
            } finally {
                opened.forEach(Providers::close);
            }
        }
    }

    /** One provider by itself: another one that cannot be made is a finding of the configuration already. */
    private Optional<Providers> provider(Configuration configuration, Map.Entry<String, Record> table) {
        try {
            return Optional.of(Providers.create(
                    Map.of(table.getKey(), table.getValue()),
                    Gateway.providerContext(configuration, world().clock(), Metrics.NONE)));
        } catch (GatewayStartException exception) {
            return Optional.empty();
        }
    }

    private void report(DoctorReport report) {
        if (json) {
            out().println(report.json());
            out().flush();
        } else {
            report.print(out(), isTerminal());
        }
        if (report.count(Finding.Severity.FAULT) > 0) {
            exitCode = ExitCode.WRONG;
        } else if (report.count(Finding.Severity.WARNING) > 0) {
            exitCode = ExitCode.FAILED;
        }
    }

    private static boolean isTerminal() {
        return System.getenv("NO_COLOR") == null
                && Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .isPresent();
    }
}
