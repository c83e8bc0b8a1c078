package io.gatehouse.provider.ntlm.netlogon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Domain;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineAccountTest {
    private static final Domain DOMAIN = new Domain("ADTEST", Optional.of("AD.TEST"), List.of(), List.of(), List.of());
    private static final byte[] RC4 = HexFormat.of().parseHex("00112233445566778899aabbccddeeff");
    private static final byte[] OLD_RC4 = new byte[16];
    private static final byte[] AES = new byte[32];

    @TempDir
    private Path directory;

    private Path keytab = Path.of("keytab");

    @BeforeEach
    void place() {
        keytab = directory.resolve("gw1.keytab");
    }

    private record Entry(String name, String realm, int version, int type, Secret key) {}

    private void write(Entry... entries) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        DataOutputStream output = new DataOutputStream(file);
        output.writeShort(0x0502);
        for (Entry entry : entries) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream fields = new DataOutputStream(bytes);
            fields.writeShort(1);
            octets(fields, entry.realm().getBytes(StandardCharsets.UTF_8));
            octets(fields, entry.name().getBytes(StandardCharsets.UTF_8));
            fields.writeInt(1);
            fields.writeInt(0);
            fields.writeByte(entry.version());
            fields.writeShort(entry.type());
            octets(fields, entry.key().bytes());
            output.writeInt(bytes.size());
            bytes.writeTo(output);
        }
        Files.write(keytab, file.toByteArray());
        Files.setPosixFilePermissions(keytab, PosixFilePermissions.fromString("rw-------"));
    }

    private static void octets(DataOutputStream output, byte[] octets) throws IOException {
        output.writeShort(octets.length);
        output.write(octets);
    }

    private MachineAccount account() throws ProviderException {
        return MachineAccount.of(TestConfigs.withKeytab(keytab), DOMAIN);
    }

    @Test
    void passwordBecomesItsHash() throws Exception {
        MachineAccount account = MachineAccount.of(TestConfigs.withPassword("Passw0rd!"), DOMAIN);

        assertThat(account.computer()).isEqualTo("GW1");
        assertThat(account.name()).isEqualTo("GW1$");
        assertThat(account.ntHash()).isEqualTo(Secret.of(HexFormat.of().parseHex("fc525c9683e8fe067095ba2ddc971889")));
    }

    @Test
    void keytabGivesItsNewestRc4Key() throws Exception {
        write(
                new Entry("GW1$", "AD.TEST", 2, 18, Secret.of(AES)),
                new Entry("GW1$", "AD.TEST", 1, 23, Secret.of(OLD_RC4)),
                new Entry("GW1$", "AD.TEST", 2, 23, Secret.of(RC4)),
                new Entry("GW2$", "AD.TEST", 3, 23, Secret.of(OLD_RC4)),
                new Entry("GW1$", "OTHER.TEST", 3, 23, Secret.of(OLD_RC4)));

        assertThat(account().ntHash()).isEqualTo(Secret.of(RC4));
    }

    @Test
    void changedKeytabIsSeen() throws Exception {
        write(new Entry("gw1$", "ad.test", 1, 23, Secret.of(OLD_RC4)));
        MachineAccount account = account();
        assertThat(account.ntHash()).isEqualTo(Secret.of(OLD_RC4));

        write(new Entry("gw1$", "ad.test", 2, 23, Secret.of(RC4)));

        assertThat(account.ntHash()).isEqualTo(Secret.of(RC4));
    }

    @Test
    void keytabWithAesKeysOnlyIsAnError() throws Exception {
        write(
                new Entry("GW1$", "AD.TEST", 2, 18, Secret.of(AES)),
                new Entry("GW1$", "AD.TEST", 2, 17, Secret.of(OLD_RC4)));

        assertThatThrownBy(this::account)
                .isInstanceOf(ProviderException.class)
                .hasMessage(
                        "the keytab has no RC4 key of GW1$, only those of the types 17, 18 (expected type 23, which is"
                                + " the NT hash that Netlogon needs; or set password)");
    }

    @Test
    void keytabOfSomebodyElseIsAnError() throws Exception {
        write(new Entry("HTTP/gw", "AD.TEST", 2, 23, Secret.of(RC4)));

        assertThatThrownBy(this::account)
                .hasMessage("the keytab has no key of GW1$@AD.TEST (expected one of the machine account)");
    }

    @Test
    void exactlyOnePasswordIsNeeded() {
        assertThatThrownBy(() -> MachineAccount.of(
                        TestConfigs.config("GW1", Optional.of(Secret.ofText("x")), Optional.of(keytab)), DOMAIN))
                .hasMessage("password and keytab are both set (expected one of them)");
        assertThatThrownBy(
                        () -> MachineAccount.of(TestConfigs.config("GW1", Optional.empty(), Optional.empty()), DOMAIN))
                .hasMessage("password and keytab are both missing (expected one of them)");
        assertThatThrownBy(() -> MachineAccount.of(TestConfigs.withPassword(""), DOMAIN))
                .hasMessage("password is empty");
        assertThatThrownBy(this::account).hasMessageContaining("does not exist");
    }

    @Test
    void nameIsANetbiosName() {
        for (String name : List.of("GW1$", "gw.example.com", "a-name-too-long-", "", "GW 1")) {
            assertThatThrownBy(() -> MachineAccount.of(
                            TestConfigs.config(name, Optional.of(Secret.ofText("x")), Optional.empty()), DOMAIN))
                    .hasMessage("computer \"" + name
                            + "\" (expected a NetBIOS name without $: 1 to 15 letters, digits, - or _)");
        }
    }
}
