package io.gatehouse.formats.logon;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.ndr.NdrReader;
import io.gatehouse.formats.text.PrintableText;

/** Whatever a domain says of a user, it is read or malformed. The seeds are Samba's. */
class LogonInformationFuzzTest {
    private static void assertSound(LogonInformation information) {
        assertThat(PrintableText.isPrintable(information.user() + information.domain() + information.upn()))
                .isTrue();
        assertThat(information.groupSids()).hasSizeLessThan(3 * 4096 + 2);
        assertThat(information.sessionKey().bytes()).hasSize(16);
    }

    @FuzzTest
    void everyTicketsWordIsReadOrMalformed(byte[] bytes) {
        try {
            assertSound(LogonInformation.readValidationInfo(new NdrReader(bytes)));
        } catch (MalformedException e) {
            assertThat(PrintableText.isPrintable(e.reason())).isTrue();
        }
    }

    @FuzzTest
    void everyControllersWordIsReadOrMalformed(byte[] bytes) {
        try {
            LogonInformation information = LogonInformation.readSamInfo4(new NdrReader(bytes));
            assertSound(information);
            assertThat(information.user()).isNotBlank();
            assertThat(information.domain()).isNotBlank();
        } catch (MalformedException e) {
            assertThat(PrintableText.isPrintable(e.reason())).isTrue();
        }
    }
}
