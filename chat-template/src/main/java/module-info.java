/// An interpreter of the chat templates that come with models; it needs nothing but Java.
module dev.weightsmith.chattemplate {
    requires static org.jspecify;

    exports dev.weightsmith.chattemplate;
}
