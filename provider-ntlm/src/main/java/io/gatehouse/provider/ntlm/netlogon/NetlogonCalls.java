package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.logon.LogonInformation;
import io.gatehouse.formats.ndr.NdrReader;
import io.gatehouse.formats.ndr.NdrWriter;
import io.gatehouse.provider.ntlm.netlogon.rpc.RpcInterface;
import io.gatehouse.provider.ntlm.validation.NtlmResponse;
import io.gatehouse.provider.ntlm.validation.NtlmV2Response;
import java.util.Arrays;
import java.util.Optional;

/** MS-NRPC 3.5.4: arguments and results of the three calls that we make. */
final class NetlogonCalls {
    static final RpcInterface INTERFACE = RpcInterface.of("netlogon", "12345678-1234-abcd-ef00-01234567cffb", 1);

    /** NetrServerReqChallenge. */
    static final int REQUEST_CHALLENGE = 4;
    /** NetrServerAuthenticate3. */
    static final int AUTHENTICATE = 26;
    /** NetrLogonSamLogonEx. */
    static final int SAM_LOGON = 39;

    /** MS-NRPC 3.1.4.2: all that a member of today offers, AES and sealing among it. */
    static final int FLAGS = 0x612fffff;

    private static final int AES = 0x01000000;
    private static final int SECURE_RPC = 0x40000000;

    private static final int WORKSTATION_CHANNEL = 2;
    private static final int NETWORK_LOGON = 2;
    private static final int SAM_INFO_4 = 6;
    /**
     * MS-NRPC 2.2.1.4.15: update the account's statistics on success, as its owner did sign in; never as a guest.
     * Without more, machine accounts cannot sign in.
     */
    private static final int PARAMETERS = 0x04 | 0x10;

    private NetlogonCalls() {}

    /** What the controller says to a secure channel. */
    record Authentication(Token serverCredential, int flags, NtStatus status) {
        /** Whether the channel has the AES key derivation, and may be used to seal. */
        boolean isStrong() {
            return (flags & AES) != 0 && (flags & SECURE_RPC) != 0;
        }
    }

    /** What the controller says to a logon; the information is there if the status is success. */
    record Logon(NtStatus status, Optional<LogonInformation> info) {}

    static byte[] requestChallenge(MachineAccount account, byte[] clientChallenge) {
        NdrWriter writer = new NdrWriter();
        writer.nullPointer(); // PrimaryName: whoever answers
        writer.string(account.computer());
        writer.bytes(clientChallenge);
        return writer.toByteArray();
    }

    static byte[] serverChallenge(byte[] response) throws MalformedException, ChannelRefusedException {
        NdrReader reader = new NdrReader(response);
        byte[] challenge = reader.bytes(ChannelCrypto.CHALLENGE_LENGTH);
        NtStatus status = NtStatus.of(reader.u32());
        if (!status.isSuccess()) {
            throw new ChannelRefusedException("the challenge was refused: " + status.text());
        }
        return challenge;
    }

    static byte[] authenticate(MachineAccount account, byte[] clientCredential) {
        NdrWriter writer = new NdrWriter();
        writer.nullPointer();
        writer.string(account.name());
        writer.u16(WORKSTATION_CHANNEL);
        writer.string(account.computer());
        writer.bytes(clientCredential);
        writer.u32(FLAGS);
        return writer.toByteArray();
    }

    static Authentication authentication(byte[] response) throws MalformedException {
        NdrReader reader = new NdrReader(response);
        Token credential = Token.of(reader.bytes(ChannelCrypto.CHALLENGE_LENGTH));
        int flags = reader.u32();
        reader.u32(); // AccountRid
        return new Authentication(credential, flags, NtStatus.of(reader.u32()));
    }

    /**
     * The names go out exactly as the client sent them: its proof covers them. The workstation is the gateway, not what
     * the client calls itself, so that "Log On To" restrictions of an account cannot be talked away.
     */
    static byte[] logon(String computer, NtlmResponse response) {
        byte[] ntResponse = ntResponse(response.ntlmV2());
        NdrWriter writer = new NdrWriter();
        writer.nullPointer(); // LogonServer
        writer.pointer();
        writer.string(computer);
        writer.u16(NETWORK_LOGON);
        writer.u16(NETWORK_LOGON); // of the union
        writer.pointer();
        writer.unicodeString(response.domain());
        writer.u32(PARAMETERS);
        writer.u32(0); // Reserved, 64 bits in two
        writer.u32(0);
        writer.unicodeString(response.user());
        writer.unicodeString(computer);
        writer.bytes(response.serverChallenge().bytes());
        writer.octetString(ntResponse);
        writer.u16(0); // LmChallengeResponse: none
        writer.u16(0);
        writer.nullPointer();
        writer.characters(response.domain());
        writer.characters(response.user());
        writer.characters(computer);
        writer.octets(ntResponse);
        writer.u16(SAM_INFO_4);
        writer.u32(0); // ExtraFlags
        return writer.toByteArray();
    }

    private static byte[] ntResponse(NtlmV2Response response) {
        byte[] proof = response.proof().bytes();
        byte[] blob = response.blob().bytes();
        byte[] whole = Arrays.copyOf(proof, proof.length + blob.length);
        System.arraycopy(blob, 0, whole, proof.length, blob.length);
        return whole;
    }

    static Logon logon(byte[] response) throws MalformedException {
        NdrReader reader = new NdrReader(response);
        int level = reader.u16();
        Optional<LogonInformation> info = Optional.empty();
        if (reader.pointer()) {
            if (level != SAM_INFO_4) {
                throw new MalformedException("validation of level " + level + " (expected 6)");
            }
            info = Optional.of(LogonInformation.readSamInfo4(reader));
        }
        reader.u8(); // Authoritative
        reader.u32(); // ExtraFlags
        NtStatus status = NtStatus.of(reader.u32());
        if (status.isSuccess() && info.isEmpty()) {
            throw new MalformedException("success without validation information");
        }
        return new Logon(status, info);
    }
}
