package io.gatehouse.dist;

import io.gatehouse.api.Finding;
import io.gatehouse.api.ProviderException;
import io.gatehouse.core.config.CertificatePaths;
import io.gatehouse.formats.account.Account;
import io.gatehouse.formats.account.AccountEditor;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the demo keeps between two starts: certificate, key and password. The rest of the folder is written anew each
 * time.
 *
 * @param folder where everything is
 * @param names the names and addresses of this machine; the certificate is for them
 * @param password of the account {@link #USER}
 */
record DemoFolder(Path folder, List<String> names, String password) {
    static final String USER = "demo";

    /** Makes what is missing: certificate, password, account. */
    static DemoFolder prepare(Path directory, Clock clock) throws IOException, CommandException {
        Path folder = Files.createDirectories(directory).toRealPath();
        List<String> names = SelfSignedCertificate.namesOfThisMachine();
        Path kept = folder.resolve("password");
        if (Files.notExists(kept)) {
            PrivateFiles.write(kept, Passwords.generate(new SecureRandom()) + "\n");
        }
        DemoFolder demo = new DemoFolder(folder, names, Files.readString(kept).strip());
        CertificatePaths paths = CertificatePaths.ofPem(demo.certificate(), demo.key());
        if (TlsCheck.ofFiles(paths, Set.of(), clock).stream()
                .anyMatch(finding -> finding.severity() == Finding.Severity.FAULT)) {
            SelfSignedCertificate.write(demo.certificate(), demo.key(), names, clock);
        }
        demo.writeAccount();
        return demo;
    }

    Path certificate() {
        return folder.resolve("certificate.pem");
    }

    Path key() {
        return folder.resolve("key.pem");
    }

    Path configuration() {
        return folder.resolve("gatehouse.toml");
    }

    /** The name of this machine that other machines know, when it has one. */
    String hostName() {
        return names.stream()
                .filter(name -> name.matches(".*[a-z].*") && !name.equals("localhost"))
                .findFirst()
                .orElse("localhost");
    }

    private void writeAccount() throws IOException, CommandException {
        Path accounts = folder.resolve("accounts");
        Files.deleteIfExists(accounts);
        try {
            AccountEditor.add(accounts, new Account(USER, true, Set.of(), Passwords.credentials(password)));
        } catch (ProviderException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        }
    }

    /** The address of the portal. */
    String portal(int port) {
        return "https://" + hostName() + ":" + port;
    }

    /**
     * Writes the configuration for one start.
     *
     * @param desktop what the portal shows, {@code host:port}
     */
    void writeConfiguration(String address, int port, int echoPort, String desktop) throws IOException {
        String host = address.indexOf(':') >= 0 && !address.startsWith("[") ? "[" + address + "]" : address;
        int colon = desktop.lastIndexOf(':');
        PrivateFiles.write(configuration(), """
                # Written by gatehouse demo at every start; copy it before you change it.
                [server]
                name = "%s"

                [[listener]]
                address = "%s:%d"
                tls = { certificate = "certificate.pem", key = "key.pem" }

                [auth]
                order = ["ntlm", "local"]
                [auth.ntlm]
                accounts = "accounts"
                [auth.local]
                accounts = "accounts"
                [auth.paa]

                [portal]
                url = "%s"

                [[desktop]]
                name = "desktop"
                title = "Demo desktop"
                host = "%s"
                port = %s
                icon = "linux"

                [audit]
                file = "audit.jsonl"

                [[policy.rule]]
                name = "RDP on this machine"
                users = ["%s"]
                targets = [%s]
                ports = ["3389-3399"]

                [[policy.rule]]
                name = "self-test"
                users = ["%s"]
                targets = ["127.0.0.1"]
                ports = ["%d"]
                """.formatted(
                        hostName(),
                        host,
                        port,
                        portal(port),
                        desktop.substring(0, colon),
                        desktop.substring(colon + 1),
                        USER,
                        targets(),
                        USER,
                        echoPort));
    }

    private String targets() throws IOException {
        Set<String> targets = new LinkedHashSet<>(names);
        // Loopback addresses must be named; a Debian machine resolves its own name to 127.0.1.1.
        targets.add("127.0.0.0/8");
        NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLinkLocalAddress())
                .forEach(address -> targets.add(address.getHostAddress().replaceFirst("%.*", "")));
        return targets.stream().map(target -> "\"" + target + "\"").collect(Collectors.joining(", "));
    }
}
