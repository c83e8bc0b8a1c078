package io.gatehouse.dist;

import io.gatehouse.api.Finding;
import io.gatehouse.core.config.CertificatePaths;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.ConfigurationLoader;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.config.LogConfig;
import io.gatehouse.core.config.PortalConfig;
import io.gatehouse.core.net.HostName;
import io.gatehouse.jetty.ConfigurationSource;
import io.gatehouse.jetty.Gateway;
import io.gatehouse.jetty.Providers;
import io.gatehouse.jetty.acme.AcmeCertificates;
import io.gatehouse.jetty.edge.CertificateChainCheck;
import io.gatehouse.jetty.portal.PortalFiles;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.startup.StateOwner;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * A configuration that was found to be good, together with everything outside the file that it needs.
 *
 * @param configuration what the file says
 */
record ConfigurationFile(Configuration configuration) {
    /** The component of a provider's record that names the account file, by convention. */
    private static final String ACCOUNTS = "accounts";

    /** The file, the log of this process, and the service manager that has started it. */
    private record FileSource(Path file) implements ConfigurationSource {
        @Override
        public ConfigurationLoader.Result read() {
            return ConfigurationLoader.load(file, Providers.installed());
        }

        @Override
        public void apply(LogConfig log) {
            ProcessLog.apply(log);
        }

        @Override
        public void reloadBegins() {
            ServiceManager.ofThisProcess().reloading();
        }

        @Override
        public void reloadEnded() {
            ServiceManager.ofThisProcess().ready();
        }
    }

    /** Puts a gateway together, or finds out whether that is possible; returns the problems. */
    @FunctionalInterface
    private interface Assembly {
        List<String> problems(ConfigurationFile file) throws CommandException;
    }

    /**
     * Reads and checks {@code file}: the file itself, the files that it names, and whether a gateway can be put
     * together from it all. {@code gatehouse check} and {@code gatehouse run} do the same, so they cannot disagree.
     *
     * @param listen whether every address is tried, too
     * @param err gets every problem and every warning, a line each
     * @throws CommandException when it cannot be used
     */
    static ConfigurationFile usable(Path file, World world, boolean listen, PrintWriter err) throws CommandException {
        return usable(
                file,
                world,
                err,
                checked -> Rehearsal.problems(checked.configuration(), world.clock(), listen),
                CommandException::wrong);
    }

    /**
     * Checks {@code file} as {@link #usable}, makes the self-signed certificates and token keys that it asks for, and
     * puts the gateway together.
     *
     * @throws CommandException also when another gateway uses its files; then nothing was written
     */
    static Gateway prepared(Path file, World world, PrintWriter err) throws CommandException {
        ConfigurationSource source = new FileSource(file);
        AtomicReference<StateOwner> owner = new AtomicReference<>(StateOwner.ofNothing());
        AtomicReference<Gateway> made = new AtomicReference<>();
        try {
            Assembly assembly = good -> {
                Configuration configuration = good.configuration();
                owner.set(owner(configuration));
                if (!OutputFiles.toBeMade(configuration).isEmpty()) {
                    // Nothing is made for a gateway that cannot be put together.
                    return Rehearsal.problems(configuration, world.clock(), false);
                }
                try {
                    made.set(Gateway.prepare(configuration, source, owner.get()));
                    return List.of();
                } catch (GatewayStartException exception) {
                    return exception.problems();
                }
            };
            ConfigurationFile checked = usable(file, world, err, assembly, CommandException::failed);
            Gateway ready = made.get();
            if (ready == null) {
                checked.makeMissing(world.clock(), err);
                ready = Gateway.prepare(checked.configuration(), source, owner.get());
                made.set(ready);
            }
            return ready;
        } catch (GatewayStartException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        } finally {
            if (made.get() == null) {
                owner.get().close();
            }
        }
    }

    private static StateOwner owner(Configuration configuration) throws CommandException {
        try {
            return StateOwner.of(configuration);
        } catch (GatewayStartException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        }
    }

    /**
     * Checks {@code file}.
     *
     * @param invalid what it is when nothing is wrong but the time of a certificate, which the clock or a renewal mends
     */
    private static ConfigurationFile usable(
            Path file, World world, PrintWriter err, Assembly assembly, Function<String, CommandException> invalid)
            throws CommandException {
        ConfigurationLoader.Loaded loaded = read(file, err);
        loaded.warnings().forEach(warning -> err.println("warning: " + warning));
        Configuration configuration = loaded.configuration();
        List<Finding> findings = findings(configuration, world, assembly);
        findings.stream()
                .filter(finding -> finding.severity() != Finding.Severity.FAULT)
                .forEach(finding -> err.println("warning: " + finding.cause()));
        List<Finding> faults = findings.stream()
                .filter(finding -> finding.severity() == Finding.Severity.FAULT)
                .toList();
        if (!faults.isEmpty()) {
            List<String> problems = faults.stream().map(Finding::cause).toList();
            boolean isTimeOnly = faults.stream().allMatch(CertificateChainCheck::isInvalidity);
            throw broken(file, problems, err, isTimeOnly ? invalid : CommandException::wrong);
        }
        err.flush();
        return new ConfigurationFile(configuration);
    }

    /** What is wrong with the files that {@code configuration} names, the limits of the process, and the whole. */
    private static List<Finding> findings(Configuration configuration, World world, Assembly assembly)
            throws CommandException {
        Clock clock = world.clock();
        List<Finding> findings = new ArrayList<>();
        Set<String> names = NamesOfTheGateway.of(configuration);
        for (GatewayConfig.Listener listener : configuration.gateway().listener()) {
            listener.tls()
                    .map(tls -> TlsCheck.of(tls, configuration.gateway().paths(tls), names, clock))
                    .ifPresent(findings::addAll);
        }
        configuration
                .gateway()
                .acme()
                .flatMap(AcmeCertificates::lastFailure)
                .map(reason -> Finding.warning(
                        "certificate.acme-failing",
                        "the ACME server issued no certificate at the last attempt: " + reason,
                        "mend what the message says, and run gatehouse reload (docs/tls-certificates.md)"))
                .ifPresent(findings::add);
        world.files()
                .warning(configuration.gateway().limits().connections())
                .map(warning -> Finding.warning(
                        "machine.open-files",
                        warning,
                        "raise LimitNOFILE in the systemd unit (systemctl edit gatehouse), or lower connections in"
                                + " [limits]"))
                .ifPresent(findings::add);
        TokenKeys.problem(configuration, clock).map(ConfigurationFile::problem).ifPresent(findings::add);
        PortalFiles.Findings portal = PortalFiles.check(configuration, clock);
        portal.notes().forEach(note -> findings.add(warning(note)));
        portal.problems().forEach(problem -> findings.add(problem(problem)));
        OutputFiles.problems(configuration).forEach(problem -> findings.add(problem(problem)));
        boolean whole = findings.stream().allMatch(finding -> finding.severity() != Finding.Severity.FAULT);
        List<String> ofTheWhole = whole
                ? assembly.problems(new ConfigurationFile(configuration))
                : ProviderCheck.problems(configuration, clock);
        ofTheWhole.forEach(problem -> findings.add(problem(problem)));
        return findings;
    }

    private static Finding problem(String message) {
        return Finding.fault(
                "configuration.problem", message, "correct what the message names; gatehouse check checks it again");
    }

    private static Finding warning(String message) {
        return Finding.warning(
                "configuration.warning", message, "correct what the message names, unless it is meant so");
    }

    /**
     * What {@code gatehouse check} finds, all of it.
     *
     * @param configuration empty when the file itself is wrong
     */
    record Checked(Optional<Configuration> configuration, List<Finding> findings) {
        Checked {
            findings = List.copyOf(findings);
        }
    }

    /** Checks {@code file} as {@link #usable} does, and goes on where that gives up. */
    static Checked checked(Path file, World world) throws CommandException {
        List<String> broken = Providers.problemsOfInstallation();
        if (!broken.isEmpty()) {
            return new Checked(
                    Optional.empty(),
                    broken.stream()
                            .map(message -> Finding.fault(
                                    "configuration.installation",
                                    message,
                                    "look in lib/ and providers/ of the installation; unpack the tarball again"))
                            .toList());
        }
        return switch (ConfigurationLoader.load(file, Providers.installed())) {
            case ConfigurationLoader.Invalid(var problems) ->
                new Checked(
                        Optional.empty(),
                        problems.stream().map(each -> problem(each.toString())).toList());
            case ConfigurationLoader.Loaded(Configuration configuration, var warnings) -> {
                List<Finding> findings = new ArrayList<>(
                        warnings.stream().map(each -> warning(each.toString())).toList());
                findings.addAll(findings(
                        configuration,
                        world,
                        whole -> Rehearsal.problems(whole.configuration(), world.clock(), false)));
                yield new Checked(Optional.of(configuration), findings);
            }
        };
    }

    /** The account files that the providers of {@code file} name. The file need not be usable otherwise. */
    static Set<Path> accountFiles(Path file, PrintWriter err) throws CommandException {
        Set<Path> files = new LinkedHashSet<>();
        for (Record table : load(file, err).providers().values()) {
            for (RecordComponent component : table.getClass().getRecordComponents()) {
                if (component.getName().equals(ACCOUNTS) && component.getType() == Path.class) {
                    files.add((Path) value(component, table));
                }
            }
        }
        return files;
    }

    /** Makes the self-signed certificates, token keys and the publisher that are asked for and not there yet. */
    void makeMissing(Clock clock, PrintWriter err) throws CommandException {
        TokenKeys.makeIfMissing(configuration, err);
        if (configuration.gateway().portal().isPresent()) {
            makePublisher(configuration.gateway().portal().get(), clock, err);
        }
        for (GatewayConfig.Listener listener : configuration.gateway().listener()) {
            if (listener.tls().isPresent() && TlsCheck.isToBeMade(listener.tls().get())) {
                makeSelfSignedCertificate(listener.tls().get(), clock, err);
            }
        }
    }

    private static void makePublisher(PortalConfig portal, Clock clock, PrintWriter err) throws CommandException {
        PortalConfig.Signing signing = portal.signing();
        if (!PortalFiles.isSignerToBeMade(signing)) {
            return;
        }
        try {
            SelfSignedCertificate.writePublisher(
                    signing.certificate(),
                    signing.key(),
                    "Publisher of " + portal.address().getHost(),
                    clock);
        } catch (IOException exception) {
            throw FileFailure.whileWriting(signing.certificate() + " and its key", exception);
        }
        err.println("made a certificate to sign .rdp files with: " + signing.certificate());
        err.flush();
    }

    private void makeSelfSignedCertificate(GatewayConfig.Tls tls, Clock clock, PrintWriter err)
            throws CommandException {
        Set<String> names = new LinkedHashSet<>();
        configuration.gateway().server().name().map(HostName::text).ifPresent(names::add);
        names.addAll(SelfSignedCertificate.namesOfThisMachine());
        CertificatePaths paths = configuration.gateway().paths(tls);
        try {
            SelfSignedCertificate.write(paths.certificate(), paths.key(), List.copyOf(names), clock);
        } catch (IOException exception) {
            throw FileFailure.whileWriting(paths.certificate() + " and its key", exception);
        }
        err.println("made a self-signed certificate: " + paths.certificate());
        err.flush();
    }

    /**
     * Reads {@code file}, without a look at anything outside it. Its warnings are those of {@code gatehouse check}: a
     * command that only needs a key of the file does not repeat them.
     */
    static Configuration load(Path file, PrintWriter err) throws CommandException {
        return read(file, err).configuration();
    }

    private static ConfigurationLoader.Loaded read(Path file, PrintWriter err) throws CommandException {
        List<String> broken = Providers.problemsOfInstallation();
        if (!broken.isEmpty()) {
            broken.forEach(err::println);
            err.flush();
            throw CommandException.failed("the installation is broken (look in lib/ and providers/)");
        }
        return switch (ConfigurationLoader.load(file, Providers.installed())) {
            case ConfigurationLoader.Loaded loaded -> loaded;
            case ConfigurationLoader.Invalid invalid ->
                throw broken(
                        file, invalid.problems().stream().map(Object::toString).toList(), err, CommandException::wrong);
        };
    }

    private static CommandException broken(
            Path file, List<String> problems, PrintWriter err, Function<String, CommandException> kind) {
        problems.forEach(err::println);
        err.flush();
        return kind.apply(file + ": " + problems.size() + (problems.size() == 1 ? " problem" : " problems"));
    }

    private static Object value(RecordComponent component, Record table) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(table);
        } catch (ReflectiveOperationException exception) {
            throw new IllegalStateException("cannot read " + component, exception);
        }
    }
}
