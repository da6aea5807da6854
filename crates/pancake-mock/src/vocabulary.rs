//! The words that invented customers, staff and posts of Vietnamese shops are made of.

pub(crate) const FAMILY: &[&str] = &[
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ",
];
pub(crate) const MIDDLE: &[&str] = &[
    "Văn", "Thị", "Minh", "Ngọc", "Thanh", "Hồng", "Đức", "Quốc", "Thu", "Gia", "Bảo", "Khánh",
];
pub(crate) const GIVEN: &[&str] = &[
    "An", "Anh", "Bình", "Châu", "Dung", "Giang", "Hà", "Hạnh", "Hiếu", "Hoa", "Hùng", "Hương",
    "Khoa", "Lan", "Linh", "Long", "Mai", "Nam", "Nga", "Phúc", "Quân", "Thảo", "Trang", "Tú",
];
pub(crate) const SHOPS: &[&str] = &[
    "Tiệm Bánh Nhà Mây",
    "Thời Trang Sen",
    "Giày Dép Phố Cổ",
    "Mỹ Phẩm Hạt Tiêu",
    "Đồ Gốm Bát Tràng",
    "Cà Phê Gác Mái",
    "Nội Thất Mộc An",
    "Trái Cây Cô Ba",
    "Sách Cũ Bờ Hồ",
    "Điện Máy Tám Lúa",
];
pub(crate) const CITIES: &[&str] = &[
    "Hà Nội",
    "Đà Nẵng",
    "Huế",
    "Cần Thơ",
    "Hải Phòng",
    "Đà Lạt",
    "Thành phố Hồ Chí Minh",
];

pub(crate) const FROM_CUSTOMER: &[&str] = &[
    "Shop ơi cho mình hỏi giá với ạ",
    "Mẫu này còn size M không shop?",
    "Ship về Cần Thơ bao lâu vậy?",
    "Cho mình xem thêm ảnh thật nhé",
    "Mình đặt 2 cái màu xanh nha",
    "Có giảm giá không ạ?",
    "Shop giao buổi chiều được không?",
    "Ok shop, mình lấy nhé",
    "Hàng đẹp lắm, cảm ơn shop",
    "Đơn của mình tới đâu rồi ạ?",
    "Cho mình đổi sang size L được không?",
    "Giá sỉ sao shop?",
];
pub(crate) const FROM_PAGE: &[&str] = &[
    "Dạ shop chào anh/chị ạ",
    "Dạ mẫu này còn hàng ạ",
    "Dạ giá 250.000đ, freeship từ 2 sản phẩm ạ",
    "Anh/chị cho shop xin số điện thoại và địa chỉ nhé",
    "Dạ 2-3 ngày là nhận được hàng ạ",
    "Shop đã lên đơn cho mình rồi ạ",
    "Dạ shop gửi ảnh thật bên dưới ạ",
    "Cảm ơn anh/chị đã ủng hộ shop",
    "Dạ shop đổi size miễn phí trong 7 ngày ạ",
    "Dạ để shop kiểm tra kho rồi báo lại mình nha",
];
pub(crate) const NOTICES: &[&str] = &[
    "Khách hàng đã trả lời một quảng cáo của trang.",
    "Giai đoạn của khách hàng được đặt thành Tiềm năng.",
    "Đơn hàng đã được tạo.",
    "Đơn hàng đã chuyển sang Đang giao.",
    "Xin chào! Shop có thể giúp gì cho bạn?",
];
pub(crate) const COMMENTS: &[&str] = &[
    "Giá bao nhiêu shop",
    "Check ib mình nhé",
    "Đẹp quá",
    "Còn hàng không ạ",
    "Chấm hóng sale",
    "Mua ở đây rồi, chất lượng tốt",
    "Inbox giá giúp mình",
    "Có màu đen không shop?",
];
pub(crate) const POSTS: &[&str] = &[
    "Hàng mới về, inbox để nhận giá tốt nhé cả nhà",
    "Livestream tối nay lúc 20h, nhiều quà lắm ạ",
    "Sale cuối mùa, giảm đến 50%",
    "Review thật từ khách hàng của shop",
    "Mở bán mẻ bánh trung thu đầu tiên",
    "Xả kho đồ gốm, số lượng có hạn",
    "Hướng dẫn chọn size chuẩn không cần chỉnh",
];
pub(crate) const NOTES: &[&str] = &[
    "Khách thích giao buổi chiều",
    "Khách quen, giảm 5%",
    "Gọi lại vào thứ Hai",
    "Hay đổi size, hỏi kỹ trước khi gửi",
    "Đã bom hàng một lần",
    "Địa chỉ mới: số 12 ngõ 3",
];
pub(crate) const TAGS: &[(&str, &str, &str)] = &[
    ("Kiểm hàng", "#4b5577", "#c9ccd6"),
    ("Đã chốt đơn", "#16a085", "#b9e3db"),
    ("Khách VIP", "#8e44ad", "#ddc6e6"),
    ("Hỏi giá", "#f39c12", "#fbe1b8"),
    ("Hẹn gọi lại", "#2980b9", "#bfd9ea"),
    ("Khiếu nại", "#c0392b", "#ecc3bf"),
    ("Đã gửi hàng", "#27ae60", "#bee7cf"),
    ("Chờ chuyển khoản", "#d35400", "#f2ccb2"),
    ("Bom hàng", "#2c3e50", "#c0c5ca"),
    ("Khách sỉ", "#7f8c8d", "#d8dcdd"),
    ("Lead", "#e84393", "#f8c8df"),
    ("Spam", "#636e72", "#d0d3d4"),
];
pub(crate) const CAMPAIGNS: &[&str] = &[
    "Tết sale",
    "Hè rực rỡ",
    "Khách cũ quay lại",
    "Mẫu mới tháng 3",
    "Livestream thứ Sáu",
    "Giờ vàng",
];
