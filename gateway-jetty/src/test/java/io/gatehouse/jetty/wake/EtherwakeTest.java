package io.gatehouse.jetty.wake;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Secret;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.wake.MacAddress;
import io.gatehouse.core.wake.MagicPacket;
import io.gatehouse.core.wake.SecureOnPassword;
import io.gatehouse.core.wake.WakeAddress;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Magic packets are those of Debian's etherwake, which prints what it sends. */
@Timeout(60)
class EtherwakeTest {
    private static final String MAC = "00:1a:2b:aa:bb:cc";
    private static final Pattern FRAME = Pattern.compile("Packet is +([0-9a-f ]+)\\.");
    private static final Pattern SENT = Pattern.compile("Sendto worked ! ([0-9]+)");
    private static final Pattern PASSWORD = Pattern.compile("password is +([0-9a-f ]+) \\(([0-9])\\)");
    /** Of an Ethernet frame: two addresses and the type 0842. */
    private static final int HEADER = 14;

    private static String etherwake(String... arguments) {
        RequiredTools.assume("etherwake", "unshare", "ip");
        try (TestFolder folder = new TestFolder()) {
            return Command.of(
                            "unshare",
                            "--user",
                            "--map-root-user",
                            "--net",
                            "sh",
                            "-c",
                            "ip link set lo up && etherwake -D -i lo " + String.join(" ", arguments))
                    .runOrThrow(folder);
        }
    }

    private static Matcher found(Pattern pattern, String output) {
        Matcher matcher = pattern.matcher(output);
        assertThat(matcher.find()).as(output).isTrue();
        return matcher;
    }

    private static byte[] packet(Optional<String> password) {
        if (!(MacAddress.parse(MAC.toUpperCase(Locale.ROOT).replace(':', '-'))
                instanceof Parsed.Valid<MacAddress>(MacAddress card))) {
            throw new AssertionError(MAC);
        }
        Optional<SecureOnPassword> read = password.map(text -> switch (SecureOnPassword.of(Secret.ofText(text))) {
            case Parsed.Valid<SecureOnPassword>(SecureOnPassword valid) -> valid;
            case Parsed.Faulty<SecureOnPassword>(String problem) -> throw new AssertionError(problem);
        });
        return new MagicPacket(WakeAddress.EVERYBODY, card, read).bytes();
    }

    private static byte[] bytes(String spaced) {
        return HexFormat.of().parseHex(spaced.replace(" ", ""));
    }

    @Test
    void everyByteIsThatOfEtherwake() {
        byte[] frame = bytes(found(FRAME, etherwake(MAC)).group(1));
        assertThat(packet(Optional.empty()))
                .isEqualTo(Arrays.copyOfRange(frame, HEADER, frame.length))
                .hasSize(102);
    }

    @ParameterizedTest
    @CsvSource({"01:02:03:04:05:06,01 02 03 04 05 06", "192.168.1.9,c0 a8 01 09"})
    void passwordsOfSixAndOfFourBytesStandBehindIt(String password, String expected) {
        String output = etherwake("-p", password, MAC);
        byte[] packet = packet(Optional.of(password));
        assertThat(packet).hasSize(Integer.parseInt(found(SENT, output).group(1)) - HEADER);
        Matcher told = found(PASSWORD, output);
        assertThat(packet).hasSize(102 + Integer.parseInt(told.group(2)));
        assertThat(Arrays.copyOfRange(packet, 102, packet.length)).isEqualTo(bytes(expected));
        assertThat(expected).as("of which it prints four bytes").startsWith(told.group(1));
    }

    @Test
    void aPasswordThatIsNoneIsNotShown() {
        assertThat(SecureOnPassword.of(Secret.ofText("hunter2")))
                .isInstanceOfSatisfying(
                        Parsed.Faulty.class,
                        faulty -> assertThat(String.valueOf(faulty.problem()))
                                .contains("expected six pairs")
                                .doesNotContain("hunter2"));
    }
}
