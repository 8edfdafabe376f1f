package dev.weightsmith.chattemplate;

import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.util.Locale;

/// Writes a date as C's `strftime` does, in English.
final class DateWriter {
    private DateWriter() {}

    static String write(String format, LocalDateTime date, Limits limits) {
        var out = new TextBuilder(limits);
        int at = 0;
        while (at < format.length()) {
            char character = format.charAt(at++);
            if (character != '%' || at == format.length()) {
                out.append(Character.toString(character));
                continue;
            }
            boolean bare = format.charAt(at) == '-' && at + 1 < format.length();
            at += bare ? 1 : 0;
            String field = field(format.charAt(at++), date);
            out.append(bare ? field.replaceFirst("^[0 ](?=\\d)", "") : field);
        }
        return out.toString();
    }

    private static String field(char code, LocalDateTime date) {
        return switch (code) {
            case '%' -> "%";
            case 'Y' -> Integer.toString(date.getYear());
            case 'y' -> padded(date.getYear() % 100);
            case 'm' -> padded(date.getMonthValue());
            case 'd' -> padded(date.getDayOfMonth());
            case 'e' -> padded(date.getDayOfMonth()).replaceFirst("^0", " ");
            case 'H' -> padded(date.getHour());
            case 'I' -> padded((date.getHour() + 11) % 12 + 1);
            case 'M' -> padded(date.getMinute());
            case 'S' -> padded(date.getSecond());
            case 'p' -> date.getHour() < 12 ? "AM" : "PM";
            case 'B' -> date.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'b' ->
                    date.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH).substring(0, 3);
            case 'A' -> date.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'a' -> date.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'j' -> String.format(Locale.ROOT, "%03d", date.getDayOfYear());
            case 'F' -> date.toLocalDate().toString();
            default -> throw TemplateException.unsupported("'%" + code + "' in a date");
        };
    }

    private static String padded(int number) {
        return String.format(Locale.ROOT, "%02d", number);
    }
}
