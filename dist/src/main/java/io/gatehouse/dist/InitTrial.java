package io.gatehouse.dist;

import static io.gatehouse.core.config.AcmeConfig.LETS_ENCRYPT;

import io.gatehouse.api.Finding;
import io.gatehouse.api.Metrics;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.config.CertificatePaths;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.ConfigurationLoader;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.net.ListenAddress;
import io.gatehouse.core.net.Resolver;
import io.gatehouse.dist.doctor.AcmeExamination;
import io.gatehouse.dist.doctor.Examined;
import io.gatehouse.dist.doctor.Examiner;
import io.gatehouse.dist.doctor.ListenerExamination;
import io.gatehouse.dist.doctor.NameExamination;
import io.gatehouse.dist.draft.DesktopList;
import io.gatehouse.dist.draft.InitAnswers;
import io.gatehouse.dist.draft.InitQuestion;
import io.gatehouse.jetty.Gateway;
import io.gatehouse.jetty.Providers;
import io.gatehouse.jetty.dns.AbsoluteNames;
import io.gatehouse.jetty.dns.NameResolver;
import io.gatehouse.jetty.edge.ListenAddresses;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.startup.TlsTrust;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tries single answers of {@code gatehouse init} with what {@code gatehouse doctor} examines, before there is a
 * configuration. Drafts are written into a folder of their own.
 */
final class InitTrial {
    private static final Duration LOOKUP = Duration.ofSeconds(5);
    private static final String LISTENER = "[[listener]]";
    private static final String LOCALHOST = "localhost";

    private final World world;
    private final Path scratch;
    private final Path folder;
    private final PrintWriter err;

    /**
     * Trials with drafts in {@code scratch}, which nobody else may enter.
     *
     * @param folder of the configuration that is being made, which findings name instead of {@code scratch}
     * @param err for warnings
     */
    InitTrial(World world, Path scratch, Path folder, PrintWriter err) {
        this.world = world;
        this.scratch = scratch;
        this.folder = folder;
        this.err = err;
    }

    /** Whether clients find the gateway by {@code name}. Nothing has to listen there yet. */
    List<Finding> name(String name) throws InterruptedException {
        if (AddressLiteral.parse(name).isPresent() || name.equals(LOCALHOST)) {
            return List.of();
        }
        try (NameResolver resolver = resolver()) {
            return examine(List.of(new Examiner.Planned(
                    "Names",
                    new NameExamination(
                            name,
                            1,
                            shared(resolver),
                            true, // whether it is that of a proxy is asked later
                            Set.of(name),
                            InetAddress::getHostAddress, // reverse DNS is for doctor
                            _ -> {}))));
        }
    }

    /** Whether the gateway can listen at {@code address}, or who else does. */
    List<Finding> listener(ListenAddress address, boolean encrypted) throws InterruptedException {
        return listener(LISTENER, address, encrypted);
    }

    private List<Finding> listener(String key, ListenAddress address, boolean encrypted) throws InterruptedException {
        try {
            return examine(List.of(new Examiner.Planned(
                            "Machine",
                            new ListenerExamination(key, ListenAddresses.resolve(key, address), encrypted, true))))
                    .stream()
                    .filter(finding -> !finding.code().equals("gateway.not-running"))
                    .toList();
        } catch (GatewayStartException exception) {
            return problems(exception.problems());
        }
    }

    /** Whether the ACME server answers, and whether it can look for the gateway as far as that is seen from here. */
    List<Finding> acme(InitAnswers answers) throws InterruptedException {
        String directory =
                answers.has(InitQuestion.ACME_DIRECTORY) ? answers.text(InitQuestion.ACME_DIRECTORY) : LETS_ENCRYPT;
        Optional<Path> ca = Optional.of(answers.text(InitQuestion.ACME_CA))
                .filter(file -> !file.isEmpty())
                .map(Path::of);
        List<Finding> findings = new ArrayList<>();
        try (NameResolver resolver = resolver()) {
            findings.addAll(examine(List.of(new Examiner.Planned(
                    "Certificates",
                    new AcmeExamination(
                            URI.create(directory),
                            () -> TlsTrust.of("[acme]", ca),
                            List.of(answers.text(InitQuestion.NAME)),
                            shared(resolver))))));
        }
        if (answers.text(InitQuestion.ACME).equals("http-01")) {
            findings.addAll(listener("[acme] http-address", new ListenAddress(Optional.empty(), 80), false));
        } else if (!answers.text(InitQuestion.LISTEN).endsWith(":443")) {
            findings.add(AcmeExamination.otherPort(answers.text(InitQuestion.NAME), answers.text(InitQuestion.LISTEN)));
        }
        return findings;
    }

    /** Whether certificate and key can be used, and are for {@code name}. */
    List<Finding> certificate(Path certificate, Path key, String name) {
        return TlsCheck.ofFiles(CertificatePaths.ofPem(certificate, key), Set.of(name), world.clock());
    }

    /** Whether the providers of {@code toml} can be made, and what the servers behind them say. */
    List<Finding> signIn(String toml) throws IOException, InterruptedException {
        return switch (load(toml)) {
            case ConfigurationLoader.Invalid(var problems) ->
                problems(problems.stream().map(Object::toString).toList());
            case ConfigurationLoader.Loaded(Configuration configuration, var _) -> providers(configuration);
        };
    }

    private List<Finding> providers(Configuration configuration) throws InterruptedException {
        try (Providers providers = Providers.create(
                configuration.providers(), Gateway.providerContext(configuration, world.clock(), Metrics.NONE))) {
            List<Examiner.Planned> plan = new ArrayList<>();
            providers
                    .examinations()
                    .forEach((name, examinations) ->
                            examinations.forEach(each -> plan.add(new Examiner.Planned("Sign-in: " + name, each))));
            return examine(plan);
        } catch (GatewayStartException exception) {
            return problems(exception.problems());
        }
    }

    /** Whether the single hosts of {@code desktops} answer, by the rules of {@code toml}. */
    List<Finding> desktops(String toml, DesktopList desktops)
            throws CommandException, IOException, InterruptedException {
        if (!(load(toml) instanceof ConfigurationLoader.Loaded(Configuration configuration, var _))) {
            return List.of(); // the whole file is checked later
        }
        try (NameResolver resolver = resolver()) {
            DoctorPlan plan = new DoctorPlan(configuration, world.clock(), shared(resolver), err);
            for (DesktopList.Entry entry : desktops.entries()) {
                if (entry.isDesktop() && entry.host().indexOf('{') < 0) {
                    plan.target(entry.toString(), Optional.empty(), List.of());
                }
            }
            return examine(plan.all());
        }
    }

    /** All that {@code gatehouse check} says about {@code toml}. */
    List<Finding> whole(String toml) throws CommandException, IOException {
        return ConfigurationFile.checked(draft(toml), world).findings().stream()
                .map(this::placed)
                .toList();
    }

    private ConfigurationLoader.Result load(String toml) throws IOException {
        return ConfigurationLoader.load(draft(toml), Providers.installed());
    }

    private Path draft(String toml) throws IOException {
        Path file = scratch.resolve("gatehouse.toml");
        PrivateFiles.write(file, toml);
        return file;
    }

    private static NameResolver resolver() {
        return new NameResolver(LOOKUP, MonotonicClock.system(), AbsoluteNames.ofSystem());
    }

    private static Resolver shared(NameResolver resolver) {
        return resolver.shareOf("init");
    }

    private List<Finding> examine(List<Examiner.Planned> plan) throws InterruptedException {
        return Examiner.examine(plan).stream()
                .map(Examined::findings)
                .flatMap(List::stream)
                .distinct()
                .map(this::placed)
                .toList();
    }

    private List<Finding> problems(List<String> problems) {
        return problems.stream()
                .map(problem -> Finding.fault("configuration.problem", problem, ""))
                .map(this::placed)
                .toList();
    }

    private Finding placed(Finding finding) {
        return new Finding(
                finding.code(),
                finding.severity(),
                finding.cause().replace(scratch.toString(), folder.toString()),
                finding.fix().replace(scratch.toString(), folder.toString()));
    }
}
