package io.gatehouse.testkit.directory;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.ProcessException;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A machine that has joined a {@link SambaDomain}: its {@code winbindd}, and the commands that ask it.
 *
 * <p>Its machine account is {@code GWMEM$}; only one member of a domain at a time. Needs root. One thread at a time.
 */
public final class SambaMember implements AutoCloseable {
    /** The NetBIOS name of the machine; NTLM responses that it checks must name it as the computer. */
    public static final String NETBIOS_NAME = "GWMEM";

    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final List<String> FOLDERS = List.of("private", "state", "cache", "lock", "run", "ncalrpc", "log");

    private final TestFolder folder;
    private final SambaDomain domain;
    private final LoopbackAddress address;
    private final Path home;
    private final Path configuration;
    private OwnProcess winbindd;

    private SambaMember(TestFolder folder, SambaDomain domain, LoopbackAddress address) {
        this.folder = folder;
        this.domain = domain;
        this.address = address;
        this.home = folder.freshFolder("member");
        try {
            for (String each : FOLDERS) {
                Files.createDirectory(home.resolve(each));
            }
            this.configuration = Files.writeString(home.resolve("smb.conf"), text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TestAccount administrator = SambaDomain.ADMINISTRATOR;
        command(
                        "net",
                        "ads",
                        "join",
                        "--configfile=" + configuration,
                        "-S",
                        SambaDomain.HOST_NAME,
                        "-U",
                        administrator.name() + "%" + administrator.password(),
                        "--no-dns-updates")
                .runOrThrow(folder);
        this.winbindd = launch();
    }

    /** Lets the test go on only if a member can be started here. */
    public static void assume() {
        SambaDomain.assume();
        RequiredTools.assume("net", "winbindd", "ntlm_auth", "wbinfo");
    }

    /**
     * Joins the domain and starts {@code winbindd}; it answers when this returns, after a second.
     *
     * @throws ProcessException if it does not start; the folder has the logs
     */
    public static SambaMember join(TestFolder folder, SambaDomain domain) {
        LoopbackAddress address = LoopbackAddress.claim();
        try {
            return new SambaMember(folder, domain, address);
        } catch (RuntimeException | Error e) {
            address.close();
            throw e;
        }
    }

    /** The member's {@code smb.conf}. */
    public Path configuration() {
        return configuration;
    }

    /** What a program needs to ask this member's {@code winbindd} and not the machine's own. */
    public Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(domain.client().environment());
        environment.put(
                "SELFTEST_WINBINDD_SOCKET_DIR", home.resolve("run/winbindd").toString());
        return environment;
    }

    /** {@code ntlm_auth} with these arguments, in {@link #environment}. */
    public List<String> ntlmAuth(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ntlm_auth", "--configfile=" + configuration));
        command.addAll(List.of(arguments));
        return List.copyOf(command);
    }

    /** A program of one word that is {@code ntlm_auth} of this member, whatever environment it is run in. */
    public Path ntlmAuthProgram() {
        return program("ntlm_auth", "--configfile='" + configuration + "'");
    }

    /** A program of one word that is {@code wbinfo} of this member, whatever environment it is run in. */
    public Path wbinfoProgram() {
        return program("wbinfo");
    }

    /** Ends {@code winbindd}; {@link #restart} starts it again. */
    public void stop() {
        winbindd.close();
    }

    /** Ends {@code winbindd}, if it runs, and starts it again. */
    public void restart() {
        stop();
        winbindd = launch();
    }

    /** Lets {@code winbindd} hang: its clients wait. */
    public void pause() {
        winbindd.pause();
    }

    /** Lets a {@code winbindd} that hangs go on. */
    public void resume() {
        winbindd.resume();
    }

    /** What to tell somebody who must find out why it does not do what it should. */
    public String report() {
        return winbindd.report();
    }

    @Override
    public void close() {
        winbindd.close();
        address.close();
    }

    private Path program(String... command) {
        StringBuilder script = new StringBuilder("#!/bin/sh\n");
        environment()
                .forEach((name, value) -> script.append("export ")
                        .append(name)
                        .append("='")
                        .append(value)
                        .append("'\n"));
        script.append("exec ").append(String.join(" ", command)).append(" \"$@\"\n");
        Path file = folder.write(command[0], script.toString());
        if (!file.toFile().setExecutable(true)) {
            throw new ProcessException("cannot make " + file + " executable");
        }
        return file;
    }

    private Command command(String... command) {
        return Command.of(command).withEnvironment(environment());
    }

    private OwnProcess launch() {
        OwnProcess process = OwnProcess.startServer(
                folder,
                environment(),
                List.of(
                        "winbindd",
                        "--foreground",
                        "--no-process-group",
                        "--configfile=" + configuration,
                        "--debug-stdout"));
        boolean ready = Wait.until(START_LIMIT, () -> !process.isAlive() || answers());
        if (!ready || !process.isAlive()) {
            String report = process.report();
            process.close();
            throw new ProcessException("no winbindd after " + START_LIMIT.toSeconds() + " s: " + report);
        }
        return process;
    }

    private boolean answers() {
        return Files.exists(home.resolve("run/winbindd/pipe"))
                && command("wbinfo", "--ping").run(folder).succeeded()
                && command("wbinfo", "--check-secret").run(folder).succeeded();
    }

    private String text() {
        return """
                [global]
                workgroup = %1$s
                realm = %2$s
                netbios name = %3$s
                security = ads
                server role = member server
                interfaces = %4$s/8
                bind interfaces only = yes
                disable netbios = yes
                password server = %5$s
                private dir = %6$s/private
                state directory = %6$s/state
                cache directory = %6$s/cache
                lock directory = %6$s/lock
                pid directory = %6$s/run
                ncalrpc dir = %6$s/ncalrpc
                winbindd socket directory = %6$s/run/winbindd
                log file = %6$s/log/log.%%m
                log level = 1
                idmap config * : backend = tdb
                idmap config * : range = 100000-199999
                winbind use default domain = no
                template shell = /bin/false
                kerberos method = secrets only
                rpc start on demand helpers = no
                """.formatted(
                SambaDomain.NETBIOS_NAME, SambaDomain.REALM, NETBIOS_NAME, address.text(), SambaDomain.HOST_NAME, home);
    }
}
