package io.gatehouse.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** A folder with a configuration, an account file and, when asked for, a certificate. */
record ExampleFolder(Path folder) {
    static ExampleFolder in(Path folder) throws IOException {
        PrivateFiles.write(folder.resolve("accounts"), "# nobody yet\n");
        return new ExampleFolder(folder);
    }

    /** The configuration of the tarball. */
    ExampleFolder withShippedConfiguration() throws IOException {
        Files.copy(Path.of("src/main/tarball/conf/gatehouse.toml"), configuration());
        return this;
    }

    /** A listener on a free loopback port with {@code tls}, a provider each, one rule. */
    ExampleFolder withConfiguration(String tls) throws IOException {
        return withText("""
                [[listener]]
                address = "127.0.0.1:0"
                tls = { %s }
                [auth]
                order = ["ntlm", "local"]
                [auth.ntlm]
                accounts = "accounts"
                [auth.local]
                accounts = "accounts"
                [[policy.rule]]
                name = "all"
                targets = ["10.0.0.0/8"]
                """.formatted(tls));
    }

    /** Believes plain headers, on a loopback listener that may trust proxies. */
    ExampleFolder withHeaderIdentity(String listenerKey) throws IOException {
        return withText("""
                [[listener]]
                address = "127.0.0.1:0"
                %s
                [auth]
                order = ["header"]
                [auth.header.plain]
                user = "Remote-User"
                local-users = true
                """.formatted(listenerKey));
    }

    ExampleFolder withText(String text) throws IOException {
        Files.writeString(configuration(), text);
        return this;
    }

    /** {@code NAME.pem} and {@code NAME.key}, made at {@code clock}. */
    ExampleFolder withCertificate(String name, Clock clock) throws IOException {
        SelfSignedCertificate.write(file(name + ".pem"), file(name + ".key"), List.of("localhost"), clock);
        return this;
    }

    Path configuration() {
        return folder.resolve("gatehouse.toml");
    }

    Path accounts() {
        return folder.resolve("accounts");
    }

    Path file(String name) {
        return folder.resolve(name);
    }
}
