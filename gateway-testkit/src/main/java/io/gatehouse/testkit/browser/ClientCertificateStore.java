package io.gatehouse.testkit.browser;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The home folder of a browser's user who has a client certificate, and the policy by which the browser shows it to one
 * site without a window. Chromium reads policies from one place of the machine, so the browser runs in a mount
 * namespace that has another folder there.
 *
 * @param home has the user's certificates
 * @param policies stands in the place of {@code /etc/chromium}
 */
record ClientCertificateStore(Path home, Path policies) {
    /**
     * Makes the folders; the test is skipped without the programs, and without root.
     *
     * @param origin of the site
     */
    static ClientCertificateStore of(TestFolder folder, Path pkcs12, String password, String origin) {
        RequiredTools.assume("certutil", "pk12util", "unshare");
        RequiredTools.assumeRoot();
        try {
            Path home = folder.freshFolder("home");
            Path database = Files.createDirectories(home.resolve(".pki/nssdb"));
            String name = "sql:" + database;
            Command.of("certutil", "-N", "-d", name, "--empty-password").runOrThrow(folder);
            Command.of("pk12util", "-i", pkcs12.toString(), "-d", name, "-W", password, "-K", "")
                    .runOrThrow(folder);
            Path policies = folder.freshFolder("policies");
            Path managed = Files.createDirectories(policies.resolve("policies/managed"));
            Files.writeString(
                    managed.resolve("certificate.json"),
                    "{\"AutoSelectCertificateForUrls\": [\"{\\\"pattern\\\": \\\"%s\\\", \\\"filter\\\": {}}\"]}"
                            .formatted(origin));
            return new ClientCertificateStore(home, policies);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Map<String, String> environment() {
        return Map.of("HOME", home.toString());
    }

    /** {@code program} in a namespace of its own. */
    List<String> command(List<String> program) {
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c"));
        command.addAll(List.of("mount --bind \"$0\" /etc/chromium && exec \"$@\"", policies.toString()));
        command.addAll(program);
        return command;
    }
}
