package io.gatehouse.provider.ntlm.netlogon.rpc;

/** C706 appendix E and MS-ERREF: the statuses of faults that an administrator may meet, in words. */
final class FaultStatus {
    private FaultStatus() {}

    static String text(int status) {
        String words = switch (status) {
            case 0x00000005 -> "access denied";
            case 0x000006c6 -> "invalid bound";
            case 0x000006f7 -> "bad stub data";
            case 0x00000721 -> "error of the security package";
            case 0x1c010002 -> "unknown operation";
            case 0x1c010003 -> "unknown interface";
            case 0x1c010014 -> "server too busy";
            default -> "unknown";
        };
        return "fault 0x%08x (%s)".formatted(status, words);
    }
}
