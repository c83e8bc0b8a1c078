package io.gatehouse.provider.local.pam;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.util.List;
import java.util.UUID;

/** A real account of this machine for the time of a test, with a password in the shadow file. Needs root. */
final class LinuxAccount implements AutoCloseable {
    private final TestFolder folder = new TestFolder();
    private final String name = "ghtest-" + UUID.randomUUID().toString().substring(0, 8);
    /** Random, since the account stays when somebody kills the test. */
    private final String password = "Zürich:" + UUID.randomUUID();

    private final List<String> groups = List.of(name + "-a", name + "-b");

    LinuxAccount() {
        RequiredTools.assumeRoot();
        RequiredTools.assume("useradd", "userdel", "usermod", "chage", "chpasswd", "groupadd", "groupdel");
        try {
            groups.forEach(group -> run("groupadd", group));
            run(
                    "useradd",
                    "--no-create-home",
                    "--shell",
                    "/usr/sbin/nologin",
                    "--groups",
                    String.join(",", groups),
                    name);
            Command.of("chpasswd", "--crypt-method", "SHA512")
                    .withInput(name + ":" + password + "\n")
                    .runOrThrow(folder);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    String name() {
        return name;
    }

    String password() {
        return password;
    }

    /** Its supplementary groups. */
    List<String> groups() {
        return groups;
    }

    /** Runs an administrator's command on the account. */
    void run(String... command) {
        Command.of(command).runOrThrow(folder);
    }

    @Override
    public void close() {
        Command.of("userdel", "--force", name).run(folder);
        groups.forEach(group -> Command.of("groupdel", group).run(folder));
        folder.close();
    }
}
