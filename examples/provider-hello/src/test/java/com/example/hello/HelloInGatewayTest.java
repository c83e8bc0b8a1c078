package com.example.hello;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.ConfigurationLoader;
import io.gatehouse.jetty.ConfigurationSource;
import io.gatehouse.jetty.Gateway;
import io.gatehouse.jetty.Providers;
import io.gatehouse.jetty.startup.StateOwner;
import io.gatehouse.testkit.process.RequiredTools;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway finds the provider by its name, and curl signs in by it. */
@Timeout(60)
class HelloInGatewayTest {
    private static final String TABLES = """
            [[listener]]
            address = "127.0.0.1:0"
            trusted-proxies = ["127.0.0.1"]
            [auth]
            order = ["hello"]
            [auth.hello]
            password = { file = "hello-password" }
            [audit]
            file = "audit.jsonl"
            [[policy.rule]]
            name = "all"
            targets = ["127.0.0.1"]
            """;

    @TempDir
    private Path folder;

    private static String status(Gateway gateway, String password) throws Exception {
        Process curl = new ProcessBuilder(List.of(
                        "curl",
                        "--silent",
                        "--noproxy",
                        "*",
                        "--max-time",
                        "15",
                        "--head",
                        "--request",
                        "RDG_OUT_DATA",
                        "--header",
                        "X-Forwarded-Proto: https",
                        "--header",
                        "RDG-Connection-Id: {6d1b7c32-36b9-4d93-8d5d-9ff4a0f7b2f1}",
                        "--user",
                        "anybody:" + password,
                        "--output",
                        "/dev/null",
                        "--write-out",
                        "%{http_code}",
                        "http://127.0.0.1:" + gateway.addresses().getFirst().getPort() + "/remoteDesktopGateway/"))
                .start();
        assertThat(curl.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return new String(curl.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    @Test
    void curlSignsInByThePasswordOfTheTable() throws Exception {
        RequiredTools.assume("curl");
        Path password = folder.resolve("hello-password");
        Files.createFile(password, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(password, "correct horse");
        ConfigurationLoader.Result loaded = ConfigurationLoader.load(TABLES, folder, Providers.installed());
        assertThat(loaded).isInstanceOf(ConfigurationLoader.Loaded.class);
        Configuration configuration = ((ConfigurationLoader.Loaded) loaded).configuration();
        try (Gateway gateway = Gateway.prepare(configuration, ConfigurationSource.NONE, StateOwner.of(configuration))) {
            gateway.open();
            assertThat(status(gateway, "correct horse")).isEqualTo("200");
            assertThat(status(gateway, "wrong")).isEqualTo("401");
        }
        assertThat(Files.readString(folder.resolve("audit.jsonl")))
                .contains("\"user.name\":\"guest\"", "wrong password");
    }

    @Test
    void aShortPasswordIsAProblemOfTheConfiguration() {
        assertThatThrownBy(() -> new HelloProviderFactory()
                        .create(
                                new HelloProviderFactory.Config(Secret.ofText("short")),
                                new ProviderContext(Clock.systemUTC(), new SecureRandom(), "gw")))
                .isInstanceOf(ProviderException.class)
                .hasMessage("the password is too short (expected at least 12 bytes)");
    }
}
